// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestorePlan;
import dev.tailrace.restore.Restorer;
import dev.tailrace.testkit.InMemoryObjectStore;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Listing and planning a generation of many segments, whose store answers from memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 100, timeUnit = TimeUnit.MILLISECONDS)
public class CatalogBenchmark {

    @Param({"25000", "50000", "100000", "200000"})
    int segments;

    private ReplicaClient replica = ReplicaClient.over("memory", new InMemoryObjectStore());

    @Setup
    public void open() throws IOException {
        replica = ReplicaClient.over("memory", ManySegments.store(segments));
    }

    @TearDown
    public void close() throws IOException {
        replica.close();
    }

    /** One listing, read to its end and sorted. */
    @Benchmark
    public GenerationCatalog list() throws IOException {
        return replica.catalog(ManySegments.GENERATION);
    }

    /** The same, and the choice of what to read. */
    @Benchmark
    public RestorePlan plan() throws IOException {
        return Restorer.of(replica).plan();
    }
}
