// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.testkit.internal.ProcessTitles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the command line as it is packed, by its launcher. */
public final class PackedCommandLine {

    private static final long PATIENCE_SECONDS = 120;

    private final Path home;

    private PackedCommandLine(Path home) {
        this.home = home;
    }

    /**
     * What a run printed.
     *
     * @param exitCode of the process
     */
    public record Run(int exitCode, String out, String err) {}

    /** The one that this build has packed. */
    public static PackedCommandLine built() throws IOException {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path target = folder.resolve("distribution/target");
            if (Files.isDirectory(target)) {
                try (Stream<Path> found = Files.find(target, 3, (path, attributes) -> path.endsWith("bin"))) {
                    return new PackedCommandLine(found.filter(bin -> Files.isExecutable(bin.resolve("tailrace")))
                            .findFirst()
                            .orElseThrow(() -> new IllegalStateException("nothing is packed in " + target))
                            .getParent());
                }
            }
        }
        throw new IllegalStateException("no distribution/target: run mvn verify, which packs it before its tests");
    }

    /** A copy that a test may change. */
    public PackedCommandLine copyTo(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, folder.resolve(home.relativize(file).toString()));
            }
        }
        return new PackedCommandLine(folder);
    }

    public Path home() {
        return home;
    }

    public Run run(String... arguments) throws IOException, InterruptedException {
        return run(List.of(), Map.of(), arguments);
    }

    /** Starts it, for a test that ends it; what it prints is dropped. */
    public Process start(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/tailrace").toString()));
        command.addAll(List.of(arguments));
        return ProcessTitles.builder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Runs it below another command, such as one that drops rights, and with more variables. Secrets belong into these. */
    public Run run(List<String> below, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(below);
        command.add(home.resolve("bin/tailrace").toString());
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("tailrace-out", ".txt");
        Path err = Files.createTempFile("tailrace-err", ".txt");
        try {
            ProcessBuilder builder =
                    ProcessTitles.builder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("it hangs: " + command + "\n" + Files.readString(err));
            }
            return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
