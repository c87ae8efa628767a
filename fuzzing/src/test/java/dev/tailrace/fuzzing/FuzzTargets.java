// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.fuzzing;

import dev.tailrace.cli.MomentFuzz;
import dev.tailrace.cli.configuration.ConfigurationFuzz;
import dev.tailrace.codec.Lz4FrameFuzz;
import dev.tailrace.ltx.LtxFuzz;
import dev.tailrace.ltx.LtxWriterFuzz;
import dev.tailrace.replica.NamesFuzz;
import dev.tailrace.store.ReplicaUrlFuzz;
import dev.tailrace.wal.WalCheckpointFuzz;
import dev.tailrace.wal.WalFuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** All targets. */
final class FuzzTargets {

    /**
     * One of them.
     *
     * @param name of its class, without {@code Fuzz}; also of the folder of its seeds
     * @param longest input that is made of the seeds, in bytes
     * @param mutations how many inputs are made of the seeds in every build
     */
    record Target(String name, Consumer<byte[]> run, int longest, int mutations) {

        /** Its seeds, in the order of their names. */
        List<byte[]> seeds() throws IOException {
            List<byte[]> seeds = new ArrayList<>();
            for (Path file : seedFiles()) {
                seeds.add(Files.readAllBytes(file));
            }
            return seeds;
        }

        List<Path> seedFiles() throws IOException {
            try (Stream<Path> files = Files.list(Path.of("src/test/corpus", name))) {
                return files.sorted().toList();
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private FuzzTargets() {}

    static List<Target> all() {
        return List.of(
                new Target("Configuration", ConfigurationFuzz::fuzzerTestOneInput, 64 << 10, 400),
                new Target("Ltx", LtxFuzz::fuzzerTestOneInput, 64 << 10, 600),
                new Target("LtxWriter", LtxWriterFuzz::fuzzerTestOneInput, 1 << 10, 600),
                new Target("Lz4Frame", Lz4FrameFuzz::fuzzerTestOneInput, 64 << 10, 400),
                new Target("Moment", MomentFuzz::fuzzerTestOneInput, 64 << 10, 1000),
                new Target("Names", NamesFuzz::fuzzerTestOneInput, 8 << 10, 600),
                new Target("ReplicaUrl", ReplicaUrlFuzz::fuzzerTestOneInput, 64 << 10, 600),
                new Target("Wal", WalFuzz::fuzzerTestOneInput, 64 << 10, 1000),
                new Target("WalCheckpoint", WalCheckpointFuzz::fuzzerTestOneInput, 64 << 10, 150));
    }
}
