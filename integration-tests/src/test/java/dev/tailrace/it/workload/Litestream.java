// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import dev.tailrace.replica.ReplicaLayout;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The real Litestream, where it is installed.
 *
 * @param program the command
 * @param version as it tells it itself
 * @param reads the layouts that this version restores
 */
record Litestream(Path program, String version, Set<ReplicaLayout> reads) {

    private static final long PATIENCE_SECONDS = 120;

    /** The one on the PATH; empty if there is none. */
    static Optional<Litestream> onPath() throws IOException, InterruptedException {
        for (String folder : System.getenv("PATH").split(Pattern.quote(File.pathSeparator), -1)) {
            Path program = Path.of(folder, "litestream");
            if (Files.isExecutable(program)) {
                String version = run(program, "version").out().strip();
                return Optional.of(new Litestream(program, version, layouts(program, version)));
            }
        }
        return Optional.empty();
    }

    private static Set<ReplicaLayout> layouts(Path program, String version) throws IOException, InterruptedException {
        if (version.startsWith("v0.4.0-beta") || version.startsWith("0.4.0-beta")) {
            return Set.of(ReplicaLayout.V04_BETA);
        }
        // A build from source does not know its version, but its options tell it: 0.5 has transaction numbers, 0.3 has
        // generations. Both read what 0.3 writes, and neither reads the layouts between the two.
        String help = run(program, "restore", "-h").out();
        return help.contains("-txid") || help.contains("-generation") ? Set.of(ReplicaLayout.V03_FLAT) : Set.of();
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
        return program + " (" + version + "), which reads " + reads;
    }
}
