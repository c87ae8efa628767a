// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Restores one replica by each contender in turn, round by round, each time in a process of its own: what disturbs the
 * machine for a while disturbs all of them. The first round fills the caches and does not count.
 */
final class RestoreRace {

    private static final double MILLION = 1e6;

    private final List<Contender> contenders;
    private final int rounds;

    RestoreRace(List<Contender> contenders, int rounds) {
        this.contenders = List.copyOf(contenders);
        this.rounds = rounds;
    }

    /** Prints the medians, and their ratios to the floor. */
    void run(Path replica) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("tailrace-benchmark-");
        Map<String, double[]> millis = new LinkedHashMap<>();
        contenders.forEach(contender -> millis.put(contender.name(), new double[rounds]));
        try {
            long size = 0;
            for (int round = -1; round < rounds; round++) {
                Path expected = folder.resolve(contenders.get(0).name());
                for (Contender contender : contenders) {
                    Path database = folder.resolve(contender.name());
                    double taken = restore(contender, replica, database, folder.resolve("output"));
                    if (round >= 0) {
                        times(millis, contender)[round] = taken;
                    }
                    if (Files.mismatch(expected, database) != -1) {
                        throw new IllegalStateException(contender.name() + " restored other bytes than "
                                + contenders.get(0).name() + " from " + replica);
                    }
                }
                size = Files.size(expected);
                delete(folder, false);
            }
            System.out.printf(
                    "%n%s: %.0f MB in %d objects, a database of %.0f MB; medians of %d rounds%n%n",
                    replica.getFileName(), bytes(replica) / MILLION, objects(replica), size / MILLION, rounds);
            System.out.print(table(millis));
        } finally {
            delete(folder, true);
        }
    }

    private static double restore(Contender contender, Path replica, Path database, Path output)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(contender.command().of(replica, database))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        long began = System.nanoTime();
        int exitCode = builder.start().waitFor();
        long taken = System.nanoTime() - began;
        if (exitCode != 0) {
            throw new IllegalStateException(
                    contender.name() + " exited with " + exitCode + ":\n" + Files.readString(output));
        }
        return taken / MILLION;
    }

    private Table table(Map<String, double[]> millis) {
        Table table = new Table("program", "median, ms", "fastest, ms", "ratio to the floor");
        double floor = Medians.of(millis.getOrDefault(Contenders.FLOOR, new double[] {Double.NaN}));
        for (Contender contender : contenders) {
            double[] times = times(millis, contender);
            table.row(
                    contender.name(),
                    Table.number(Medians.of(times)),
                    Table.number(Arrays.stream(times).min().orElse(Double.NaN)),
                    Table.ratio(Medians.of(times) / floor));
        }
        return table;
    }

    private static double[] times(Map<String, double[]> millis, Contender contender) {
        return millis.computeIfAbsent(contender.name(), name -> new double[0]);
    }

    private static long objects(Path replica) throws IOException {
        return files(replica).size();
    }

    private static long bytes(Path replica) throws IOException {
        long sum = 0;
        for (Path file : files(replica)) {
            sum += Files.size(file);
        }
        return sum;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void delete(Path folder, boolean itself) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(all::add);
        }
        for (Path path : all) {
            if (itself || !path.equals(folder)) {
                Files.delete(path);
            }
        }
    }
}
