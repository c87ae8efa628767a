// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.util.Objects.requireNonNull;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs a main class as a user that may not read everything: permissions mean nothing to root, who builds in containers.
 *
 * <p>The virtual machine and the class path are those of this process; the class path is copied to where every user can
 * read it. Run by root it drops its privileges by {@code setpriv} (util-linux), otherwise it stays the same user. The files
 * that the class is to find must be reachable for others: a temporary folder of JUnit is not, before
 * {@link #openTo(Path)}.
 */
public final class UnprivilegedJvm {

    private static final int NOBODY = 65534;
    private static final long TIMEOUT_SECONDS = 120;

    /**
     * How a main class ended.
     *
     * @param output what it printed, on both streams
     */
    public record Result(int exitCode, String output) {
        public Result {
            requireNonNull(output, "output");
        }
    }

    private UnprivilegedJvm() {}

    /** Runs a class that has a main method and waits for its end, at most two minutes. */
    public static Result run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("unprivileged-");
        try {
            openTo(folder);
            List<String> command = new ArrayList<>();
            if (isRoot(folder)) {
                command.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
            }
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
            command.addAll(List.of("-cp", copyClassPath(folder), main.getName()));
            command.addAll(List.of(arguments));
            return run(command, folder);
        } finally {
            delete(folder);
        }
    }

    /** Lets every user read a folder and go through it, but not write. */
    public static void openTo(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Result run(List<String> command, Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("LC_ALL", "C.UTF-8");
        // Whoever debugs the tests does not mean this one.
        environment.remove("JAVA_TOOL_OPTIONS");
        Process process = builder.start();
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("no end after " + TIMEOUT_SECONDS + " s: " + String.join(" ", command) + ": "
                        + Files.readString(output));
            }
        } finally {
            process.destroyForcibly();
        }
        return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    private static String copyClassPath(Path folder) throws IOException {
        List<String> copies = new ArrayList<>();
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path source = Path.of(element);
            if (Files.exists(source)) {
                Path copy = folder.resolve(copies.size() + "-" + source.getFileName());
                copyReadable(source, copy);
                copies.add(copy.toString());
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    private static void copyReadable(Path source, Path copy) throws IOException {
        try (Stream<Path> paths = Files.walk(source)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path target = path.equals(source)
                        ? copy
                        : copy.resolve(source.relativize(path).toString());
                Files.copy(path, target);
                boolean folder = Files.isDirectory(target);
                Files.setPosixFilePermissions(
                        target, PosixFilePermissions.fromString(folder ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static boolean isRoot(Path ownFile) throws IOException {
        return Files.getAttribute(ownFile, "unix:uid").equals(0);
    }
}
