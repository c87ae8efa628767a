// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** {@code tailrace log}. */
final class LogCommand implements Command {

    private final Flags flags = new Flags("tailrace log");
    private final Argument<List<String>> operands = flags.operands();
    private final ReplicaFlags replicas = new ReplicaFlags(flags);
    private final Argument<String> generation = flags.text("generation");
    private final Argument<String> since = flags.text("since");
    private final Argument<String> until = flags.text("until");
    private final Argument<Long> limit = flags.largeNumber("limit");
    private final Argument<Integer> last = flags.number("last");
    private final Argument<Boolean> json = flags.toggle("json");

    @Override
    public Flags flags() {
        return flags;
    }

    @Override
    public void run(Session session) throws IOException {
        LogRange range = range();
        ReplicaSources sources = replicas.find(operands.value(), session, false);
        if (sources.all().size() > 1 && range.isOfOneReplica()) {
            throw flags.wrong("must specify -replica flag when listing a part of one; there are "
                    + String.join(
                            ", ",
                            sources.all().stream().map(ReplicaSource::name).toList()));
        }
        Inspection inspection = new Inspection(session, sources);
        if (json.value()) {
            printJson(session, inspection, range);
        } else {
            printTable(session, inspection, range, sources);
        }
        inspection.finish();
    }

    private static void read(Inspection inspection, LogRange range, PrintStream out, LogRange.Output output)
            throws IOException {
        inspection.each((name, client) -> {
            if (!out.checkError()) {
                range.read(name, client, output);
            }
        });
    }

    private static void printTable(Session session, Inspection inspection, LogRange range, ReplicaSources sources)
            throws IOException {
        PrintStream out = session.surroundings().out();
        int width = sources.all().stream()
                .mapToInt(source -> source.name().length())
                .reduce("replica".length(), Math::max);
        boolean[] begun = {false};
        read(inspection, range, out, transaction -> {
            if (!begun[0]) {
                begun[0] = true;
                session.result(LoggedTransaction.heading(width));
            }
            session.result(transaction.line(width));
            // It also flushes: whoever looks on is to see each line when it is there.
            return !out.checkError();
        });
    }

    /** Whatever fails, the array ends before it is told. */
    private static void printJson(Session session, Inspection inspection, LogRange range) throws IOException {
        PrintStream out = session.surroundings().out();
        List<IOException> failures = new ArrayList<>();
        session.result(json -> {
            json.beginArray();
            try {
                read(inspection, range, out, transaction -> {
                    transaction.write(json);
                    json.flush();
                    return !out.checkError();
                });
            } catch (IOException e) {
                failures.add(e);
            }
            json.endArray();
        });
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    private LogRange range() {
        try {
            return LogRange.of(
                    generation.given(),
                    since.given(),
                    until.given(),
                    limit.isGiven() ? OptionalLong.of(limit.value()) : OptionalLong.empty(),
                    last.isGiven() ? OptionalInt.of(last.value()) : OptionalInt.empty());
        } catch (IllegalArgumentException e) {
            throw flags.wrong(e);
        }
    }

    @Override
    public String help() {
        return HELP;
    }

    static final String HELP = """
            Lists the transactions of a replica, each of which can be restored, from the oldest to the newest.

            Usage:

              tailrace log [flags] REPLICA
              tailrace log [flags] DB

            REPLICA is a URL, or a folder that exists; DB is a database that the configuration file names.

            Flags:

            """ + ReplicaFlags.HELP + """
              -generation NAME     those of this generation; default: all, one after the other
              -since POSITION      those after that position, or transaction number
              -until POSITION      those up to that position, or transaction number, including it
              -limit N             the first N of them; if a replica has two formats, of each
              -last N              the last N of them, likewise
              -json                print one JSON array
              -h, -help            print this text

            Columns:

              replica      the replica's name in the configuration, or the kind of its storage
              position     the end of the transaction, as restore -tx takes it; of Litestream 0.5 the
                           number of the transaction, as restore -txid takes it
              after        when the WAL segment before its own was stored (UTC); of Litestream 0.5 the
                           time of the line before
              created      when its own was: it was committed between the two, as far as clocks are right
              pages        how many pages it wrote; in a snapshot, all of them
              size         of the database after it, in bytes

            Each line is printed as soon as it is read, and no more is read than is asked for. Transactions
            that Litestream 0.5 compacted into one file are one line. At damage the log ends with exit code 4;
            what lies behind it can be listed with -since.

            Examples:

              tailrace log -last 20 /backup/app
              tailrace log -since 8d2bcd1b5c1b7a39/0000002f:00001038 s3://bucket/app
            """;
}
