// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.nio.file.Path;
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
            case "restore" -> restore(words);
            default -> throw new IllegalArgumentException("expected: catalog, or restore [--rounds N] REPLICA...");
        }
    }

    private static void restore(List<String> words) throws Exception {
        int rounds = ROUNDS;
        if (!words.isEmpty() && words.get(0).equals("--rounds")) {
            words.remove(0);
            rounds = Integer.parseInt(words.remove(0));
        }
        List<Contender> contenders = Contenders.present();
        for (String replica : words) {
            new RestoreRace(contenders, rounds).run(Path.of(replica).toAbsolutePath());
        }
    }
}
