// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.process;

import dev.tailrace.cli.Main;
import dev.tailrace.testkit.internal.ProcessTitles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A restore in a virtual machine of its own, with this one's class path and the launcher's bounds. */
final class ChildJvm implements AutoCloseable {

    /** Between two looks at a file; a busy loop would take a processor from the child. */
    static final long POLL_NANOS = 50_000;

    private static final long TIMEOUT_SECONDS = 120;
    private static final List<String> LAUNCHER = List.of("-Xmx64m", "-XX:MaxDirectMemorySize=36m");

    private final Process process;
    private final Path output;

    private ChildJvm(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts the command line. */
    static ChildJvm tailrace(Path output, String... arguments) throws IOException {
        return start(output, LAUNCHER, Main.class, arguments);
    }

    /** Starts the command line with other bounds. */
    static ChildJvm tailrace(Path output, List<String> bounds, String... arguments) throws IOException {
        return start(output, bounds, Main.class, arguments);
    }

    /** Starts a main class of the tests. */
    static ChildJvm main(Path output, Class<?> main, String... arguments) throws IOException {
        return start(output, LAUNCHER, main, arguments);
    }

    private static ChildJvm start(Path output, List<String> bounds, Class<?> main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/env")) && isGnuEnv()) {
            // Who runs the tests in the background has SIGINT ignored, and its children inherit that.
            command.addAll(List.of("/usr/bin/env", "--default-signal=INT,TERM"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(bounds);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                ProcessTitles.builder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        return new ChildJvm(builder.start(), output);
    }

    private static boolean isGnuEnv() throws IOException {
        Process env = ProcessTitles.builder("/usr/bin/env", "--default-signal=INT,TERM", "true")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return env.waitFor() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until a file exists, or the process has ended; says whether the file does. */
    boolean awaitFile(Path file) {
        while (process.isAlive()) {
            if (Files.exists(file)) {
                return true;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return Files.exists(file);
    }

    /** As {@code kill -9} does; waits for the end. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Sends a signal, such as {@code INT}. */
    void signal(String name) throws IOException, InterruptedException {
        ProcessTitles.builder("kill", "-" + name, Long.toString(process.pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** The exit code, once it has ended. */
    int exitCode() throws IOException, InterruptedException {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("no end after " + TIMEOUT_SECONDS + " s: " + output());
        }
        return process.exitValue();
    }

    /** What it printed, on both streams. */
    String output() throws IOException {
        return Files.readString(output);
    }

    /** What it printed, for messages of failed assertions. */
    String told() {
        try {
            return output();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
