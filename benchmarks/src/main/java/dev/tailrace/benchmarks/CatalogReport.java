// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs {@link CatalogBenchmark} and says what each segment costs, and how that grows with their number. */
final class CatalogReport {

    private static final int MEASURED_TWICE = 2;

    private CatalogReport() {}

    static void print() throws IOException, RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(CatalogBenchmark.class.getName())
                        .build())
                .run();
        Map<Integer, Double> list = nanosOfSegment(results, "list");
        Map<Integer, Double> plan = nanosOfSegment(results, "plan");
        Table table = new Table("segments", "list, ns each", "ratio", "plan, ns each", "ratio", "bytes each");
        double firstList = list.values().iterator().next();
        double firstPlan = plan.values().iterator().next();
        for (int segments : list.keySet()) {
            double listNanos = list.getOrDefault(segments, Double.NaN);
            double planNanos = plan.getOrDefault(segments, Double.NaN);
            table.row(
                    Integer.toString(segments),
                    Table.number(listNanos),
                    Table.ratio(listNanos / firstList),
                    Table.number(planNanos),
                    Table.ratio(planNanos / firstPlan),
                    Table.number(bytes(segments)));
        }
        System.out.println();
        System.out.print(table);
    }

    private static double bytes(int segments) throws IOException {
        double bytes = 0;
        for (int i = 0; i < MEASURED_TWICE; i++) {
            // The first time also loads classes.
            bytes = RetainedMemory.ofCatalog(segments);
        }
        return bytes;
    }

    private static Map<Integer, Double> nanosOfSegment(Collection<RunResult> results, String method) {
        Map<Integer, Double> nanos = new TreeMap<>();
        for (RunResult result : results) {
            if (result.getParams().getBenchmark().endsWith("." + method)) {
                int segments = Integer.parseInt(result.getParams().getParam("segments"));
                // The fastest iteration: whatever else the machine does only adds to the others.
                nanos.put(segments, result.getPrimaryResult().getStatistics().getMin() / segments);
            }
        }
        return nanos;
    }
}
