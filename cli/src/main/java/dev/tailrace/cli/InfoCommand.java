// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.replica.ForeignFormat;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.ReplicaClient;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** {@code tailrace info}. */
final class InfoCommand implements Command {

    private final Flags flags = new Flags("tailrace info");
    private final Argument<List<String>> operands = flags.operands();
    private final ReplicaFlags replicas = new ReplicaFlags(flags);
    private final Argument<Boolean> json = flags.toggle("json");

    @Override
    public Flags flags() {
        return flags;
    }

    @Override
    public void run(Session session) throws IOException {
        Inspection inspection = new Inspection(session, replicas.find(operands.value(), session, false));
        List<ReplicaSummary> summaries = new ArrayList<>();
        inspection.each((name, client) -> summaries.add(summary(name, client, inspection)));
        Clock clock = session.surroundings().clock();
        if (json.value()) {
            session.result(out -> {
                out.beginArray();
                for (ReplicaSummary summary : summaries) {
                    summary.json(out, clock);
                }
                out.endArray();
            });
        } else {
            print(session, summaries, clock);
        }
        inspection.finish();
    }

    private static ReplicaSummary summary(String name, ReplicaClient client, Inspection inspection) throws IOException {
        List<GenerationCatalog> catalogs = new ArrayList<>();
        for (Generation generation : client.generations()) {
            GenerationCatalog catalog = client.catalog(generation);
            if (!catalog.isEmpty()) {
                inspection.keep(client, catalog);
                catalogs.add(catalog);
            }
        }
        List<LtxSummary> ltx = new ArrayList<>();
        for (LtxReplicaClient files : client.ltxReplicas()) {
            LtxSummary.of(files, inspection).ifPresent(ltx::add);
        }
        List<ForeignFormat> foreign = client.foreignFormats().stream()
                .filter(format -> !format.isLtx())
                .toList();
        if (catalogs.isEmpty() && ltx.isEmpty() && foreign.isEmpty()) {
            throw new EmptyReplicaException(
                    "no matching backups found in " + client.location()
                            + "; check the path, or whether replication has begun",
                    client.location());
        }
        return new ReplicaSummary(name, client.location(), catalogs, ltx, foreign);
    }

    private static void print(Session session, List<ReplicaSummary> summaries, Clock clock) {
        for (int i = 0; i < summaries.size(); i++) {
            if (i > 0) {
                session.result("");
            }
            summaries.get(i).lines(clock).forEach(session::result);
            summaries.get(i).warnings().forEach(warning -> session.messages().line("warning: " + warning));
        }
    }

    @Override
    public String help() {
        return HELP;
    }

    static final String HELP = """
            Says on one page what a replica holds: formats, generations, what can be restored, sizes, age.

            Usage:

              tailrace info [flags] REPLICA
              tailrace info [flags] DB

            REPLICA is a URL, or a folder that exists; DB is a database that the configuration file names.

            Flags:

            """ + ReplicaFlags.HELP + """
              -json                print one JSON array, with an object for each replica
              -h, -help            print this text

            It reads listings alone: a missing or misnamed object shows, a damaged one does not. A stretch is
            a snapshot with the WAL indexes that follow on it without a hole; from and to are in UTC, and the
            indexes are hexadecimal, as restore -index takes them.
            """;
}
