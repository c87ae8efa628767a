// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** Tries one case after the other, for as long as it is told to; docs/oracle.md says what the figures mean. */
final class OracleCommand {

    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(30);

    private final Oracle oracle;
    private final PrintStream out;
    private int tried;
    private int failed;
    private long states;
    private long refused;
    private long overcautious;
    private long byLitestream;

    private OracleCommand(Oracle oracle, PrintStream out) {
        this.oracle = oracle;
        this.out = out;
    }

    /** The command line; its exit code is 1 if something differs. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("tailrace-oracle-");
        int code;
        try {
            code = run(List.of(arguments), folder, Litestream.allOnPath(), RestoredFile.UNCHANGED, System.out);
        } finally {
            Files.delete(folder);
        }
        System.exit(code);
    }

    private record Settings(long seed, List<OracleLayout> layouts, long rounds, Duration time, List<Integer> steps) {

        static Settings of(List<String> arguments) {
            long seed = System.currentTimeMillis();
            List<OracleLayout> layouts = Arrays.asList(OracleLayout.values());
            long rounds = Long.MAX_VALUE;
            Duration time = Duration.ofDays(1000);
            List<Integer> steps = List.of();
            boolean once = false;
            Iterator<String> words = arguments.iterator();
            while (words.hasNext()) {
                String option = words.next();
                if (!words.hasNext()) {
                    throw new IllegalArgumentException("unknown option, or no value: " + option);
                }
                String value = words.next();
                switch (option) {
                    case "--seed" -> seed = Long.parseLong(value);
                    case "--layout" -> layouts = List.of(OracleLayout.named(value));
                    case "--rounds" -> rounds = Long.parseLong(value);
                    case "--minutes" -> time = Duration.ofMinutes(Long.parseLong(value));
                    case "--steps" -> {
                        steps = value.equals("none")
                                ? List.of()
                                : Stream.of(value.split(",", -1))
                                        .map(Integer::valueOf)
                                        .toList();
                        once = true;
                    }
                    default -> throw new IllegalArgumentException("unknown option: " + option);
                }
            }
            if (once && layouts.size() != 1) {
                throw new IllegalArgumentException("--steps needs the --seed and the --layout that they are of");
            }
            return new Settings(seed, layouts, once ? 0 : rounds, time, steps);
        }
    }

    /**
     * Runs the command.
     *
     * @param folder for databases; left empty
     * @return the exit code
     */
    static int run(
            List<String> arguments, Path folder, List<Litestream> litestreams, RestoredFile restored, PrintStream out)
            throws Exception {
        Settings settings;
        try {
            settings = Settings.of(arguments);
        } catch (IllegalArgumentException e) {
            out.println("oracle: " + e.getMessage());
            return WRONG_USE;
        }
        out.println(litestreams.isEmpty() ? "no litestream on the PATH" : "compared with " + litestreams);
        OracleCommand command = new OracleCommand(new Oracle(folder, litestreams, restored), out);
        if (settings.rounds() == 0) {
            command.attempt(new OracleCase(settings.layouts().get(0), settings.seed(), settings.steps()), false);
        } else {
            command.runRounds(settings);
        }
        return command.failed == 0 ? 0 : FAILED;
    }

    private void runRounds(Settings settings) throws Exception {
        long start = System.nanoTime();
        long reported = start;
        long seed = settings.seed();
        out.println("from --seed " + seed);
        for (long round = 0; round < settings.rounds(); round++, seed++) {
            for (OracleLayout layout : settings.layouts()) {
                attempt(OracleCase.of(layout, seed), true);
            }
            long now = System.nanoTime();
            if (now - start >= settings.time().toNanos()) {
                break;
            }
            if (now - reported >= BETWEEN_REPORTS.toNanos()) {
                reported = now;
                report("so far, seed " + seed);
            }
        }
        report("in all");
    }

    private void attempt(OracleCase attempted, boolean shrinks) throws Exception {
        OracleOutcome outcome = oracle.run(attempted);
        tried++;
        states += outcome.states();
        refused += outcome.refused();
        overcautious += outcome.overcautious();
        byLitestream += outcome.byLitestream();
        if (outcome.failure().isEmpty()) {
            if (!shrinks) {
                out.println("the same: " + attempted + "\n  " + outcome.workload());
            }
            return;
        }
        failed++;
        out.println("DIFFERENT: " + attempted);
        tell(outcome);
        if (shrinks) {
            OracleCase small = oracle.shrink(attempted);
            OracleOutcome again = oracle.run(small);
            out.println("reduced to " + small.steps().size() + " of "
                    + attempted.steps().size() + " steps: ./oracle " + small);
            if (again.failure().isPresent()) {
                tell(again);
            } else {
                out.println("  which does not fail each time: it depends on what SQLite chooses itself");
            }
        }
    }

    private void tell(OracleOutcome outcome) {
        List<String> lines = new ArrayList<>(outcome.failure().stream().toList());
        lines.add(outcome.workload());
        lines.forEach(line -> out.println("  " + line.strip().replace("\n", "\n  ")));
    }

    private void report(String when) throws IOException {
        out.printf(
                "%s: %d workloads, %d states compared, %d refused, %d of them needlessly, %d states by Litestream,"
                        + " %d failures%n",
                when, tried, states, refused, overcautious, byLitestream, failed);
        out.flush();
    }
}
