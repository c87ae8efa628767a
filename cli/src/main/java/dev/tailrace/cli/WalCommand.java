// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.WalSegmentInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** {@code tailrace wal}. */
final class WalCommand implements Command {

    private static final Comparator<WalSegmentInfo> OLDEST_FIRST =
            Comparator.comparing(WalSegmentInfo::createdAt).thenComparing(WalSegmentInfo::position);

    private final Flags flags = new Flags("tailrace wal");
    private final Argument<List<String>> operands = flags.operands();
    private final ReplicaFlags replicas = new ReplicaFlags(flags);
    private final GenerationName only = new GenerationName(flags);
    private final Argument<Boolean> json = flags.toggle("json");

    private record Row(String replica, WalSegmentInfo segment) {}

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
                catalog.segments().forEach(segment -> rows.add(new Row(name, segment)));
            }
        });
        rows.sort(Comparator.comparing(Row::segment, OLDEST_FIRST).reversed());
        if (json.value()) {
            session.result(out -> write(out, rows));
        } else {
            new Table("replica", "generation", "index", "offset", "size", "created", "object")
                    .print(rows, WalCommand::cells, session::result);
        }
        inspection.finish();
    }

    private static String[] cells(Row row) {
        WalSegmentInfo segment = row.segment();
        return new String[] {
            row.replica(),
            segment.generation().name(),
            Shown.hex(segment.index()),
            Shown.hex(segment.offset()),
            Long.toString(segment.size()),
            Shown.time(segment.createdAt()),
            segment.object().key()
        };
    }

    private static void write(JsonWriter json, List<Row> rows) throws IOException {
        json.beginArray();
        for (Row row : rows) {
            WalSegmentInfo segment = row.segment();
            json.beginObject();
            json.name("replica").value(row.replica());
            json.name("generation").value(segment.generation().name());
            json.name("index").value(segment.index());
            json.name("offset").value(segment.offset());
            json.name("position").value(segment.position().toString());
            json.name("size").value(segment.size());
            json.name("created").value(segment.createdAt().toString());
            json.name("object").value(segment.object().key());
            json.endObject();
        }
        json.endArray();
    }

    @Override
    public String help() {
        return HELP;
    }

    static final String HELP = """
            Lists the WAL segments of a replica, or of all replicas of a database, the newest first.

            Usage:

              tailrace wal [flags] REPLICA
              tailrace wal [flags] DB

            REPLICA is a URL, or a folder that exists; DB is a database that the configuration file names.

            Flags:

            """ + ReplicaFlags.HELP + """
              -generation NAME     those of this generation; default: all
              -json                print one JSON array
              -h, -help            print this text

            Columns:

              replica      the replica's name in the configuration, or the kind of its storage
              generation   the line that the segment belongs to
              index        which WAL file; hexadecimal, as -index takes it
              offset       where in that file the segment begins; hexadecimal, before compression
              size         in bytes, compressed
              created      when it was made (UTC)
              object       its name below the replica's root
            """;
}
