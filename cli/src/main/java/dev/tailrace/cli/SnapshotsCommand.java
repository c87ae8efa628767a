// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.SnapshotInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** {@code tailrace snapshots}. */
final class SnapshotsCommand implements Command {

    private static final Comparator<SnapshotInfo> OLDEST_FIRST = Comparator.comparing(SnapshotInfo::createdAt)
            .thenComparing(SnapshotInfo::generation)
            .thenComparingLong(SnapshotInfo::index);

    private final Flags flags = new Flags("tailrace snapshots");
    private final Argument<List<String>> operands = flags.operands();
    private final ReplicaFlags replicas = new ReplicaFlags(flags);
    private final GenerationName only = new GenerationName(flags);
    private final Argument<Boolean> json = flags.toggle("json");

    private record Row(String replica, SnapshotInfo snapshot) {}

    @Override
    public Flags flags() {
        return flags;
    }

    @Override
    public void run(Session session) throws IOException {
        Optional<Generation> generation = only.generation();
        Inspection inspection = new Inspection(session, replicas.find(operands.value(), session, false));
        List<Row> rows = new ArrayList<>();
        inspection.each((name, client) -> {
            for (GenerationCatalog catalog : inspection.catalogs(client, generation)) {
                catalog.snapshots().forEach(snapshot -> rows.add(new Row(name, snapshot)));
            }
        });
        rows.sort(Comparator.comparing(Row::snapshot, OLDEST_FIRST).reversed());
        if (json.value()) {
            session.result(out -> write(out, rows));
        } else {
            new Table("replica", "generation", "index", "size", "created", "object")
                    .print(rows, SnapshotsCommand::cells, session::result);
        }
        inspection.finish();
    }

    private static String[] cells(Row row) {
        SnapshotInfo snapshot = row.snapshot();
        return new String[] {
            row.replica(),
            snapshot.generation().name(),
            Shown.hex(snapshot.index()),
            Long.toString(snapshot.size()),
            Shown.time(snapshot.createdAt()),
            snapshot.object().key()
        };
    }

    private static void write(JsonWriter json, List<Row> rows) throws IOException {
        json.beginArray();
        for (Row row : rows) {
            SnapshotInfo snapshot = row.snapshot();
            json.beginObject();
            json.name("replica").value(row.replica());
            json.name("generation").value(snapshot.generation().name());
            json.name("index").value(snapshot.index());
            json.name("position").value(Shown.position(snapshot.generation(), snapshot.index(), 0));
            json.name("size").value(snapshot.size());
            json.name("created").value(snapshot.createdAt().toString());
            json.name("object").value(snapshot.object().key());
            json.endObject();
        }
        json.endArray();
    }

    @Override
    public String help() {
        return HELP;
    }

    static final String HELP = """
            Lists the snapshots of a replica, or of all replicas of a database, the newest first.

            Usage:

              tailrace snapshots [flags] REPLICA
              tailrace snapshots [flags] DB

            REPLICA is a URL, or a folder that exists; DB is a database that the configuration file names.

            Flags:

            """ + ReplicaFlags.HELP + """
              -generation NAME     those of this generation; default: all
              -json                print one JSON array
              -h, -help            print this text

            Columns:

              replica      the replica's name in the configuration, or the kind of its storage
              generation   the line that the snapshot belongs to
              index        of the WAL file that follows on it; hexadecimal, as -index takes it
              size         in bytes, compressed
              created      when it was made (UTC)
              object       its name below the replica's root
            """;
}
