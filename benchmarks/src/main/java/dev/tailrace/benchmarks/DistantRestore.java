// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tailrace.Tailrace;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.Restorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Restores a replica from a server that is made to be far away, by the packed command line and so in the heap of its
 * launcher, and by the library in this process; and compares that with reading its objects one after another and with what the connections could bring.
 */
final class DistantRestore {

    private static final int BASELINE = 200;

    private final Path launcher;
    private final int rounds;

    DistantRestore(Path launcher, int rounds) {
        this.launcher = launcher;
        this.rounds = rounds;
    }

    /**
     * Prints the comparison.
     *
     * @param url where the replica is, or is put
     * @param folder the same replica
     */
    void run(String url, Path folder, Distance distance) throws IOException, InterruptedException {
        RemoteReplica replica = new RemoteReplica(url);
        replica.upload(folder);
        Path work = Files.createTempDirectory("tailrace-distance-");
        Path expected = work.resolve("expected");
        restore(folder.toString(), expected);
        try (RemoteWay way = RemoteWay.to(url, distance)) {
            String through = way.url();
            double single = RemoteReplica.oneAfterAnother(through, BASELINE);
            List<JsonObject> results = new ArrayList<>();
            double[] process = new double[rounds];
            double[] library = new double[rounds];
            // As in a service that has been up for a while: classes are loaded and compiled.
            library(through, work.resolve("warm"));
            for (int round = 0; round < rounds; round++) {
                Path database = work.resolve("database");
                long began = System.nanoTime();
                results.add(restore(through, database));
                process[round] = (System.nanoTime() - began) / 1e6;
                library[round] = library(through, work.resolve("warm"));
                if (Files.mismatch(expected, database) != -1) {
                    throw new IllegalStateException("restored other bytes than from " + folder);
                }
                Files.delete(database);
            }
            print(distance, single, process, library, results);
        } finally {
            Files.delete(expected);
            Files.delete(work);
        }
    }

    private static double library(String url, Path database) throws IOException {
        try (ReplicaClient replica = Tailrace.open(url)) {
            RestoreResult result = Restorer.of(replica).restoreTo(database);
            return result.duration().toNanos() / 1e6;
        } finally {
            Files.deleteIfExists(database);
        }
    }

    private JsonObject restore(String url, Path database) throws IOException, InterruptedException {
        Path output = database.resolveSibling("output");
        Path errors = database.resolveSibling("errors");
        int exitCode = new ProcessBuilder(launcher.toString(), "restore", "-json", "-o", database.toString(), url)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start()
                .waitFor();
        String text = Files.readString(output);
        String problem = Files.readString(errors);
        Files.delete(output);
        Files.delete(errors);
        if (exitCode != 0) {
            throw new IllegalStateException("tailrace exited with " + exitCode + ":\n" + text + problem);
        }
        return JsonParser.parseString(text).getAsJsonObject();
    }

    private static void print(
            Distance distance, double single, double[] process, double[] library, List<JsonObject> results) {
        JsonObject last = results.get(results.size() - 1);
        double bytes = last.get("bytes_read").getAsDouble();
        double restore = Medians.of(results.stream()
                .mapToDouble(result -> result.get("duration_ms").getAsDouble())
                .toArray());
        System.out.printf(
                "%n%s: %.1f MB in %s objects by %s requests; medians of %d rounds%n%n",
                distance, bytes / 1e6, last.get("objects_read"), last.get("requests"), process.length);
        Table table = new Table("", "ms", "times faster", "MB/s", "connections' worth");
        table.row(
                "one after another (computed)",
                Table.number(single),
                "1.00",
                rate(bytes, single),
                share(bytes, single, distance));
        double whole = Medians.of(process);
        table.row(
                "tailrace, its process",
                Table.number(whole),
                Table.ratio(single / whole),
                rate(bytes, whole),
                share(bytes, whole, distance));
        table.row(
                "tailrace, the restore in it",
                Table.number(restore),
                Table.ratio(single / restore),
                rate(bytes, restore),
                share(bytes, restore, distance));
        double warm = Medians.of(library);
        table.row(
                "the library in a warm process",
                Table.number(warm),
                Table.ratio(single / warm),
                rate(bytes, warm),
                share(bytes, warm, distance));
        System.out.print(table);
    }

    private static String rate(double bytes, double millis) {
        return Table.ratio(bytes / 1e3 / millis);
    }

    private static String share(double bytes, double millis, Distance distance) {
        return distance.bandwidth() == 0 ? "" : Table.ratio(bytes * 1e3 / millis / distance.bandwidth());
    }
}
