// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.Transaction;
import dev.tailrace.restore.TransactionLog;
import dev.tailrace.restore.TransactionRange;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace log}. */
@CommandLine.Command(name = "log")
final class LogCommand implements Command {

    /** Of the columns but the last: they are printed before it is known what is to come. */
    private static final String ROW = "%-34s  %-24s  %-24s  %8s  %s";

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Parameters(arity = "0..*")
    private final List<String> operands = new ArrayList<>();

    @Mixin
    private final ReplicaFlags replicas = new ReplicaFlags();

    @Option(names = {"-generation", "--generation"})
    private @Nullable String generation;

    @Option(names = {"-since", "--since"})
    private @Nullable String since;

    @Option(names = {"-until", "--until"})
    private @Nullable String until;

    @Option(names = {"-limit", "--limit"})
    private @Nullable Long limit;

    @Option(names = {"-last", "--last"})
    private @Nullable Integer last;

    @Option(
            names = {"-json", "--json"},
            arity = "0..1",
            fallbackValue = "true")
    private boolean json;

    /** Takes what is read, and says whether anybody still wants more. */
    private interface Output {
        boolean print(String replica, Transaction transaction) throws IOException;
    }

    @Override
    public void run(Session session) throws IOException {
        TransactionRange range = range();
        ReplicaSources sources = replicas.find(operands, session, spec.commandLine(), false);
        if (sources.all().size() > 1 && (generation != null || since != null || until != null)) {
            throw WrongUsage.of(
                    spec.commandLine(),
                    "must specify -replica flag when listing a part of one; there are "
                            + String.join(
                                    ", ",
                                    sources.all().stream()
                                            .map(ReplicaSource::name)
                                            .toList()));
        }
        Inspection inspection = new Inspection(session, sources);
        if (json) {
            printJson(session, inspection, range);
        } else {
            printTable(session, inspection, range, sources);
        }
        inspection.finish();
    }

    private static void read(Inspection inspection, TransactionRange range, PrintStream out, Output output)
            throws IOException {
        inspection.each((name, client) -> {
            if (!out.checkError()) {
                read(client, range, transaction -> output.print(name, transaction));
            }
        });
    }

    private static void read(ReplicaClient client, TransactionRange range, TransactionLog.Visitor visitor)
            throws IOException {
        TransactionLog.of(client, range).read(visitor);
    }

    private static void printTable(
            Session session, Inspection inspection, TransactionRange range, ReplicaSources sources) throws IOException {
        PrintStream out = session.surroundings().out();
        int width = sources.all().stream()
                .mapToInt(source -> source.name().length())
                .reduce("replica".length(), Math::max);
        boolean[] begun = {false};
        read(inspection, range, out, (name, transaction) -> {
            if (!begun[0]) {
                begun[0] = true;
                session.result(padded("replica", width)
                        + String.format(Locale.ROOT, ROW, "position", "after", "created", "pages", "size"));
            }
            session.result(padded(name, width)
                    + String.format(
                            Locale.ROOT,
                            ROW,
                            transaction.position(),
                            transaction.after().map(Shown::preciseTime).orElse(Shown.NOTHING),
                            Shown.preciseTime(transaction.createdAt()),
                            transaction.frames(),
                            transaction.pageCount() * transaction.pageSize()));
            // It also flushes: whoever looks on is to see each line when it is there.
            return !out.checkError();
        });
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length() + 2);
    }

    /** Whatever fails, the array ends before it is told. */
    private static void printJson(Session session, Inspection inspection, TransactionRange range) throws IOException {
        PrintStream out = session.surroundings().out();
        List<IOException> failures = new ArrayList<>();
        session.result(json -> {
            json.beginArray();
            try {
                read(inspection, range, out, (name, transaction) -> {
                    write(json, name, transaction);
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

    private static void write(JsonWriter json, String replica, Transaction transaction) throws IOException {
        json.beginObject();
        json.name("replica").value(replica);
        json.name("position").value(transaction.position().toString());
        if (transaction.after().isPresent()) {
            json.name("after").value(transaction.after().get().toString());
        }
        json.name("created").value(transaction.createdAt().toString());
        json.name("pages").value(transaction.frames());
        json.name("page_size").value(transaction.pageSize());
        json.name("page_count").value(transaction.pageCount());
        json.endObject();
    }

    private TransactionRange range() {
        try {
            TransactionRange range = TransactionRange.all();
            if (generation != null) {
                range = range.in(new Generation(generation));
            }
            if (since != null) {
                range = range.since(Position.parse(since));
            }
            if (until != null) {
                range = range.until(Position.parse(until));
            }
            if (limit != null) {
                range = range.first(limit);
            }
            return last != null ? range.last(last) : range;
        } catch (IllegalArgumentException e) {
            throw WrongUsage.of(spec.commandLine(), String.valueOf(e.getMessage()));
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

            """ + ReplicaFlags.HELP.indent(2) + """
              -generation NAME     those of this generation; default: all, one after the other
              -since POSITION      those after that position
              -until POSITION      those up to that position, including it
              -limit N             the first N of them
              -last N              the last N of them
              -json                print one JSON array
              -h, -help            print this text

            Columns:

              replica      the replica's name in the configuration, or the kind of its storage
              position     the end of the transaction, as restore -tx takes it
              after        when the WAL segment before its own was stored (UTC)
              created      when its own was: it was committed between the two, as far as clocks are right
              pages        how many pages it wrote
              size         of the database after it, in bytes

            Each line is printed as soon as it is read, and no more is read than is asked for. At damage the
            log ends with exit code 4; what lies behind it can be listed with -since.

            Examples:

              tailrace log -last 20 /backup/app
              tailrace log -since 8d2bcd1b5c1b7a39/0000002f:00001038 s3://bucket/app
            """;
}
