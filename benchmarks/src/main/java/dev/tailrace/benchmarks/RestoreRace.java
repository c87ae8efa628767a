// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Restores one replica by each contender in turn, round by round, each time in a process of its own: what disturbs the
 * machine for a while disturbs all of them. The order turns from round to round, since who comes first may pay for what came
 * before. The first round fills the caches and does not count.
 */
final class RestoreRace {

    private static final double MILLION = 1e6;

    private final List<Contender> contenders;
    private final int rounds;

    RestoreRace(List<Contender> contenders, int rounds) {
        this.contenders = List.copyOf(contenders);
        this.rounds = rounds;
    }

    /** Prints medians, and the medians of the ratios within the rounds. */
    void run(Path replica) throws IOException, InterruptedException {
        boolean ltx = !LtxFloor.files(replica).isEmpty();
        List<Contender> taking = contenders.stream()
                .filter(contender -> contender.readsLtx() || !ltx)
                .toList();
        Path folder = Files.createTempDirectory("tailrace-benchmark-");
        Map<Contender, List<ProcessRun>> runs = new LinkedHashMap<>();
        taking.forEach(contender -> runs.put(contender, new ArrayList<>()));
        try {
            long size = 0;
            for (int round = -1; round < rounds; round++) {
                List<Contender> order = new ArrayList<>(taking);
                Collections.rotate(order, -Math.max(0, round));
                for (Contender contender : order) {
                    Path database = folder.resolve(contender.name());
                    ProcessRun run = ProcessRun.of(
                            contender.name(), contender.command().of(replica, database), folder.resolve("output"));
                    if (round >= 0) {
                        runs.getOrDefault(contender, List.of()).add(run);
                    }
                }
                size = requireEqual(folder, taking, replica);
                delete(folder, false);
            }
            System.out.printf(
                    "%n%s: %.0f MB in %d objects, a database of %.0f MB; medians of %d rounds%n%n",
                    replica.getFileName(),
                    bytes(replica) / MILLION,
                    files(replica).size(),
                    size / MILLION,
                    rounds);
            System.out.print(table(runs));
        } finally {
            delete(folder, true);
        }
    }

    private static long requireEqual(Path folder, List<Contender> contenders, Path replica) throws IOException {
        Path expected = folder.resolve(contenders.get(0).name());
        for (Contender contender : contenders) {
            if (Files.mismatch(expected, folder.resolve(contender.name())) != -1) {
                throw new IllegalStateException(contender.name() + " restored other bytes than "
                        + contenders.get(0).name() + " from " + replica);
            }
        }
        return Files.size(expected);
    }

    private static Table table(Map<Contender, List<ProcessRun>> runs) {
        Table table = new Table(
                "program",
                "wall, ms (fastest to slowest)",
                "CPU, ms",
                "memory, MB",
                "tailrace's wall is less by",
                "tailrace's CPU is less by");
        List<ProcessRun> ours = runs.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(Contenders.TAILRACE))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
        runs.forEach((contender, its) -> {
            double[] wall = its.stream().mapToDouble(ProcessRun::wallMillis).toArray();
            table.row(
                    contender.name(),
                    Table.number(Medians.of(wall)) + " ("
                            + Table.number(Arrays.stream(wall).min().orElse(Double.NaN)) + " to "
                            + Table.number(Arrays.stream(wall).max().orElse(Double.NaN)) + ")",
                    Table.number(median(its, ProcessRun::cpuMillis)),
                    Table.number(median(its, ProcessRun::peakMegabytes)),
                    Table.ratio(ratio(its, ours, ProcessRun::wallMillis)),
                    Table.ratio(ratio(its, ours, ProcessRun::cpuMillis)));
        });
        return table;
    }

    private static double median(List<ProcessRun> runs, ToDoubleFunction<ProcessRun> figure) {
        return Medians.of(runs.stream().mapToDouble(figure).toArray());
    }

    /** The median of the ratios within each round. */
    private static double ratio(List<ProcessRun> its, List<ProcessRun> ours, ToDoubleFunction<ProcessRun> figure) {
        double[] ratios = new double[its.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = figure.applyAsDouble(its.get(round)) / figure.applyAsDouble(ours.get(round));
        }
        return Medians.of(ratios);
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
