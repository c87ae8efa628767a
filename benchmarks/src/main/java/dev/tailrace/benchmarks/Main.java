// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs one kind of benchmark; {@code benchmarks/run} builds what it needs and calls it. */
public final class Main {

    private static final int ROUNDS = 7;

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of(arguments));
        String kind = words.isEmpty() ? "" : words.remove(0);
        switch (kind) {
            case "catalog" -> CatalogReport.print();
            case "loops" -> HotLoopReport.print();
            case "restore" -> restore(words);
            case "distance" -> distance(words);
            case "ltx-replica" -> ltxReplica(words);
            default ->
                throw new IllegalArgumentException("expected: catalog, loops, restore, distance, or ltx-replica");
        }
    }

    private static int option(List<String> words, String name, int otherwise) {
        int at = words.indexOf(name);
        if (at < 0) {
            return otherwise;
        }
        words.remove(at);
        return Integer.parseInt(words.remove(at));
    }

    private static void distance(List<String> words) throws Exception {
        int rounds = option(words, "--rounds", ROUNDS);
        Duration latency = Duration.ofMillis(option(words, "--latency", 50));
        Distance distance = new Distance(latency, option(words, "--bandwidth", 0));
        Path launcher = Path.of(System.getProperty("tailrace.launcher"));
        new DistantRestore(launcher, rounds)
                .run(words.get(0), Path.of(words.get(1)).toAbsolutePath(), distance);
    }

    private static void ltxReplica(List<String> words) throws Exception {
        Path database = Path.of(words.get(1)).toAbsolutePath();
        Path folder = Path.of(words.get(2)).toAbsolutePath();
        switch (words.get(0)) {
            case "compacted" -> LtxReplica.compacted(database).write(folder);
            case "level0" -> LtxReplica.level0(database).write(folder);
            default -> throw new IllegalArgumentException("expected: compacted or level0");
        }
    }

    private static void restore(List<String> words) throws Exception {
        int rounds = option(words, "--rounds", ROUNDS);
        List<Contender> contenders = Contenders.present();
        for (String replica : words) {
            new RestoreRace(contenders, rounds).run(Path.of(replica).toAbsolutePath());
        }
    }
}
