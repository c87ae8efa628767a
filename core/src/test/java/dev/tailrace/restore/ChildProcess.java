// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs a main method in a virtual machine of its own. */
final class ChildProcess {

    private ChildProcess() {}

    /** What it prints. */
    static String run(Path temp, Class<?> main, String... arguments) throws IOException, InterruptedException {
        return start(temp, List.of(), System.getProperty("java.class.path"), main, arguments);
    }

    /** What it prints as a user who may do nothing; needs no more than the right to become one, where we are root. */
    static String runUnprivileged(Path temp, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return run(temp, main, arguments);
        }
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "root, and no setpriv to become somebody else");
        List<String> classPath = new ArrayList<>();
        Path copies = Files.createTempDirectory(temp, "classes");
        Files.setPosixFilePermissions(copies, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(entry);
            if (Files.isDirectory(from) || from.getFileName().toString().startsWith("lz4-java")) {
                Path to = copies.resolve(classPath.size() + "-" + from.getFileName());
                copy(from, to);
                classPath.add(to.toString());
            }
        }
        List<String> asNobody = List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--");
        return start(temp, asNobody, String.join(File.pathSeparator, classPath), main, arguments);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path copy = to.resolve(from.relativize(path).toString());
                Files.copy(path, copy);
                Files.setPosixFilePermissions(
                        copy, PosixFilePermissions.fromString(Files.isDirectory(copy) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    private static String start(Path temp, List<String> prefix, String classPath, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory(temp, "scratch");
        Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwxrwxrwx"));
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + scratch));
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        Path output = scratch.resolve("output");
        Process process = new ProcessBuilder(command)
                .directory(scratch.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output, StandardCharsets.UTF_8);
    }
}
