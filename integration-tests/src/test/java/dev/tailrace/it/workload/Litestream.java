// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import dev.tailrace.replica.ReplicaLayout;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The real Litestream, where it is installed.
 *
 * @param program the command
 * @param version as it tells it itself
 * @param reads the layouts of generations that this version restores
 * @param readsLtx whether it restores LTX files
 */
record Litestream(Path program, String version, Set<ReplicaLayout> reads, boolean readsLtx) {

    private static final long PATIENCE_SECONDS = 120;

    /** The one on the PATH; empty if there is none. */
    static Optional<Litestream> onPath() throws IOException, InterruptedException {
        for (Path folder : path()) {
            Path program = folder.resolve("litestream");
            if (Files.isExecutable(program)) {
                return Optional.of(of(program));
            }
        }
        return Optional.empty();
    }

    /** All programs on the PATH whose names begin with {@code litestream}: several versions can lie there side by side. */
    static List<Litestream> allOnPath() throws IOException, InterruptedException {
        Map<String, Litestream> found = new TreeMap<>();
        for (Path folder : path()) {
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (DirectoryStream<Path> programs = Files.newDirectoryStream(folder, "litestream*")) {
                for (Path program : programs) {
                    String name = String.valueOf(program.getFileName());
                    if (!found.containsKey(name) && Files.isRegularFile(program) && Files.isExecutable(program)) {
                        found.put(name, of(program));
                    }
                }
            }
        }
        return List.copyOf(found.values());
    }

    private static List<Path> path() {
        String path = System.getenv("PATH");
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(path == null ? "" : path)
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .toList();
    }

    private static Litestream of(Path program) throws IOException, InterruptedException {
        String version = run(program, "version").out().strip();
        if (version.startsWith("v0.4.0-beta") || version.startsWith("0.4.0-beta")) {
            return new Litestream(program, version, Set.of(ReplicaLayout.V04_BETA), false);
        }
        // A build from source does not know its version, but its options tell it: 0.5 has transaction numbers, 0.3 has
        // generations. Both read what 0.3 writes, and neither reads the layouts between the two.
        String help = run(program, "restore", "-h").out();
        boolean ltx = help.contains("-txid");
        boolean flat = ltx || help.contains("-generation");
        return new Litestream(program, version, flat ? Set.of(ReplicaLayout.V03_FLAT) : Set.of(), ltx);
    }

    /**
     * How a run ended.
     *
     * @param out what it printed, on both streams
     */
    record Run(int exitCode, String out) {}

    /** Restores the newest state of a replica in a folder. */
    Run restore(Path replica, Path database) throws IOException, InterruptedException {
        return run(program, "restore", "-o", database.toString(), "file://" + replica);
    }

    /** Restores a transaction of LTX files. */
    Run restore(Path replica, long txid, Path database) throws IOException, InterruptedException {
        return run(
                program,
                "restore",
                "-txid",
                String.format("%016x", txid),
                "-o",
                database.toString(),
                "file://" + replica);
    }

    private static Run run(Path program, String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile("litestream", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(program.toString());
            builder.command().addAll(List.of(arguments));
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("it hangs: " + builder.command() + "\n" + Files.readString(out));
            }
            return new Run(process.exitValue(), Files.readString(out));
        } finally {
            Files.delete(out);
        }
    }

    @Override
    public String toString() {
        return program + " (" + version + "), which reads " + reads + (readsLtx ? " and LTX" : "");
    }
}
