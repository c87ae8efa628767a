// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Replicas;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.TimeBounds;
import dev.tailrace.replica.WalSegmentInfo;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code tailrace generations}. */
final class GenerationsCommand implements Command {

    private final Flags flags = new Flags("tailrace generations");
    private final Argument<List<String>> operands = flags.operands();
    private final ReplicaFlags replicas = new ReplicaFlags(flags);
    private final Argument<Boolean> json = flags.toggle("json");

    /**
     * One line.
     *
     * @param lag how much older the newest of it is than the database; empty where there is no database to compare
     * @param size of all snapshots and segments, in bytes
     */
    private record Row(
            String replica,
            String location,
            GenerationCatalog catalog,
            Optional<TimeBounds> times,
            Optional<Duration> lag,
            long size) {}

    @Override
    public Flags flags() {
        return flags;
    }

    @Override
    public void run(Session session) throws IOException {
        ReplicaSources sources = replicas.find(operands.value(), session, false);
        Optional<Instant> changed = sources.database().flatMap(GenerationsCommand::lastChange);
        Inspection inspection = new Inspection(session, sources);
        List<Row> rows = new ArrayList<>();
        inspection.each((name, client) -> {
            for (GenerationCatalog catalog : inspection.catalogs(client, Optional.empty())) {
                Optional<TimeBounds> times = Replicas.generationTimeBounds(catalog);
                Optional<Duration> lag =
                        times.flatMap(found -> changed.map(at -> Duration.between(found.updatedAt(), at)));
                rows.add(new Row(name, client.location(), catalog, times, lag, size(catalog)));
            }
        });
        if (json.value()) {
            session.result(out -> write(out, rows));
        } else {
            new Table("name", "generation", "lag", "start", "end", "layout", "snapshots", "segments", "size")
                    .print(rows, GenerationsCommand::cells, session::result);
        }
        inspection.finish();
    }

    /** When the database or its WAL was last written to; empty if it is not there. */
    private static Optional<Instant> lastChange(Path database) {
        // Not to be told why it cannot be seen is as it should be: that it is lost is why somebody looks at its
        // replica.
        return Stream.of(database.toFile(), new File(database + "-wal"))
                .mapToLong(File::lastModified)
                .filter(millis -> millis > 0)
                .mapToObj(Instant::ofEpochMilli)
                .max(Comparator.naturalOrder());
    }

    private static long size(GenerationCatalog catalog) {
        return catalog.snapshots().stream().mapToLong(SnapshotInfo::size).sum()
                + catalog.segments().stream().mapToLong(WalSegmentInfo::size).sum();
    }

    private static String[] cells(Row row) {
        return new String[] {
            row.replica(),
            row.catalog().generation().name(),
            row.lag().map(Shown::lag).orElse(Shown.NOTHING),
            row.times().map(times -> Shown.time(times.createdAt())).orElse(Shown.NOTHING),
            row.times().map(times -> Shown.time(times.updatedAt())).orElse(Shown.NOTHING),
            row.catalog().layout().toString(),
            Integer.toString(row.catalog().snapshots().size()),
            Integer.toString(row.catalog().segments().size()),
            Long.toString(row.size())
        };
    }

    private static void write(JsonWriter json, List<Row> rows) throws IOException {
        json.beginArray();
        for (Row row : rows) {
            json.beginObject();
            json.name("name").value(row.replica());
            json.name("replica").value(row.location());
            json.name("generation").value(row.catalog().generation().name());
            if (row.lag().isPresent()) {
                json.name("lag_ms").value(row.lag().get().toMillis());
            }
            if (row.times().isPresent()) {
                json.name("start").value(row.times().get().createdAt().toString());
                json.name("end").value(row.times().get().updatedAt().toString());
            }
            json.name("layout").value(row.catalog().layout().toString());
            json.name("snapshots").value(row.catalog().snapshots().size());
            json.name("segments").value(row.catalog().segments().size());
            json.name("size").value(row.size());
            json.endObject();
        }
        json.endArray();
    }

    @Override
    public String help() {
        return HELP;
    }

    static final String HELP = """
            Lists the generations of a replica, or of all replicas of a database.

            Usage:

              tailrace generations [flags] REPLICA
              tailrace generations [flags] DB

            REPLICA is a URL, or a folder that exists; DB is a database that the configuration file names.

            Flags:

            """ + ReplicaFlags.HELP + """
              -json                print one JSON array
              -h, -help            print this text

            Columns:

              name         the replica's name in the configuration, or the kind of its storage
              generation   one unbroken line of snapshots and WAL
              lag          how much older than the database it is; - where there is none to compare
              start, end   when its first snapshot and its newest object were made (UTC); - without a snapshot
              layout       how Litestream named its objects
              snapshots, segments, size   how many there are, and all their bytes as stored
            """;
}
