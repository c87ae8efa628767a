// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs {@link HotLoopBenchmark} with all of Java's compilers, and with the first alone, as the launcher does for folders. */
final class HotLoopReport {

    private HotLoopReport() {}

    static void print() throws RunnerException {
        Map<String, Double> all = nanos();
        Map<String, Double> first = nanos("-XX:TieredStopAtLevel=1");
        Table table = new Table("one page of 4096 bytes", "ns", "GB/s", "ns, first compiler alone", "GB/s");
        all.forEach((name, nanos) -> {
            double byFirst = first.getOrDefault(name, Double.NaN);
            table.row(name, Table.number(nanos), rate(nanos), Table.number(byFirst), rate(byFirst));
        });
        System.out.println();
        System.out.print(table);
    }

    private static String rate(double nanos) {
        return Table.ratio(HotLoopBenchmark.PAGE / nanos);
    }

    private static Map<String, Double> nanos(String... options) throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(HotLoopBenchmark.class.getName())
                        .jvmArgsAppend(options)
                        .build())
                .run();
        Map<String, Double> nanos = new TreeMap<>();
        for (RunResult result : results) {
            String benchmark = result.getParams().getBenchmark();
            // The fastest iteration: whatever else the machine does only adds to the others.
            nanos.put(
                    benchmark.substring(benchmark.lastIndexOf('.') + 1),
                    result.getPrimaryResult().getStatistics().getMin());
        }
        return nanos;
    }
}
