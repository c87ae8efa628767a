// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code tailrace ltx}. */
final class LtxCommand implements Command {

    private final Flags flags = new Flags("tailrace ltx");
    private final Argument<List<String>> operands = flags.operands();
    private final ReplicaFlags replicas = new ReplicaFlags(flags);
    private final LtxLevels levels = new LtxLevels(flags);
    private final Argument<Boolean> json = flags.toggle("json");

    private record Row(String replica, LtxFileInfo file) {}

    @Override
    public Flags flags() {
        return flags;
    }

    @Override
    public void run(Session session) throws IOException {
        List<Integer> asked = levels.wanted();
        Inspection inspection = new Inspection(session, replicas.find(operands.value(), session, false));
        List<Row> rows = new ArrayList<>();
        inspection.each((name, client) -> {
            for (LtxReplicaClient ltx : inspection.ltxReplicas(client)) {
                for (int level : asked) {
                    inspection.files(ltx, level).forEach(file -> rows.add(new Row(name, file)));
                }
            }
        });
        if (json.value()) {
            session.result(out -> write(out, rows));
        } else {
            new Table("level", "min_txid", "max_txid", "size", "created", "replica", "object")
                    .print(rows, LtxCommand::cells, session::result);
        }
        inspection.finish();
    }

    private static String[] cells(Row row) {
        LtxFileInfo file = row.file();
        return new String[] {
            Integer.toString(file.level()),
            file.minTxid().toString(),
            file.maxTxid().toString(),
            Long.toString(file.size()),
            Shown.time(file.createdAt()),
            row.replica(),
            file.key()
        };
    }

    private static void write(JsonWriter json, List<Row> rows) throws IOException {
        json.beginArray();
        for (Row row : rows) {
            json.beginObject();
            fields(json, row.file());
            json.name("replica").value(row.replica());
            json.endObject();
        }
        json.endArray();
    }

    /** What is told of a file, under Litestream's names where it has one. */
    static void fields(JsonWriter json, LtxFileInfo file) throws IOException {
        json.name("level").value(file.level());
        json.name("min_txid").value(file.minTxid().toString());
        json.name("max_txid").value(file.maxTxid().toString());
        json.name("size").value(file.size());
        json.name("timestamp").value(file.createdAt().toString());
        json.name("object").value(file.key());
    }

    @Override
    public String help() {
        return HELP;
    }

    static final String HELP = """
            Lists the LTX files of a replica of Litestream 0.5, or of all replicas of a database, the oldest
            first.

            Usage:

              tailrace ltx [flags] REPLICA
              tailrace ltx [flags] DB

            REPLICA is a URL, or a folder that exists; DB is a database that the configuration file names.

            Flags:

            """ + ReplicaFlags.HELP + """
              -level LEVEL         0 for single syncs, 1 to 8 for compacted ones, 9 for snapshots, or all;
                                   default: 0
              -json                print one JSON array
              -h, -help            print this text

            Columns:

              level        how often it was compacted; 9 for a snapshot
              min_txid     the first transaction in it; hexadecimal, as restore -txid takes it
              max_txid     the last transaction in it: the state that it leads to
              size         in bytes, compressed
              created      when its last transaction was replicated, as the store tells it (UTC)
              replica      the replica's name in the configuration, or the kind of its storage
              object       its name below the replica's root
            """;
}
