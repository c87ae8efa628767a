// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.Tailrace;
import dev.tailrace.prune.PruneOptions;
import dev.tailrace.prune.PrunePlan;
import dev.tailrace.prune.PruneResult;
import dev.tailrace.prune.ReplicaPruner;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.VerifyLevel;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tailrace prune}. */
@CommandLine.Command(name = "prune")
final class PruneCommand implements Command {

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Parameters(arity = "0..*")
    private final List<String> operands = new ArrayList<>();

    @Mixin
    private final ReplicaFlags replicas = new ReplicaFlags();

    @Option(names = {"-keep", "--keep"})
    private @Nullable String keep;

    @Option(names = {"-before", "--before"})
    private @Nullable String before;

    @Option(names = {"-keep-generations", "--keep-generations"})
    private @Nullable Integer keepGenerations;

    @Option(names = {"-keep-generation", "--keep-generation"})
    private final List<String> keptWhole = new ArrayList<>();

    @Option(names = {"-level", "--level"})
    private String level = "names";

    @Option(
            names = {"-dry-run", "--dry-run"},
            arity = "0..1",
            fallbackValue = "true")
    private boolean dryRun;

    @Mixin
    private final OutputFlags output = new OutputFlags();

    @Override
    public void run(Session session) throws IOException {
        PruneProgress progress = new PruneProgress(session, output.quiet());
        PruneOptions options = options(session, progress);
        ReplicaSources sources = replicas.find(operands, session, spec.commandLine(), output.quiet());
        if (sources.all().size() > 1) {
            throw WrongUsage.of(
                    spec.commandLine(),
                    "must specify -replica flag, as one replica is pruned at a time; there are "
                            + String.join(
                                    ", ",
                                    sources.all().stream()
                                            .map(ReplicaSource::name)
                                            .toList()));
        }
        ReplicaSource.Place place = sources.all().get(0).readablePlace();
        try (ReplicaClient client = Tailrace.open(place.url(), place.settings());
                progress) {
            ReplicaPruner pruner = ReplicaPruner.of(client, options);
            PrunePlan plan = plan(pruner);
            Optional<PruneResult> result = dryRun ? Optional.empty() : Optional.of(pruner.prune(plan));
            progress.close();
            print(session, new PruneReport(plan, result));
        }
    }

    private PrunePlan plan(ReplicaPruner pruner) throws IOException {
        try {
            return pruner.plan();
        } catch (IllegalArgumentException e) {
            throw WrongUsage.of(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private void print(Session session, PruneReport report) {
        if (output.json()) {
            session.result(report::json);
        } else if (dryRun || !output.quiet()) {
            report.print(output.verbose(), session::result);
        }
    }

    private PruneOptions options(Session session, PruneProgress progress) {
        Clock clock = session.surroundings().clock();
        PruneOptions.Builder options = PruneOptions.builder().listener(progress).clock(clock);
        if (keep == null && before == null && keepGenerations == null) {
            throw WrongUsage.of(
                    spec.commandLine(), "must specify what stays: -keep, -before or -keep-generations flag");
        }
        try {
            options.level(level());
            if (keep != null) {
                options.keep(Age.parse("-keep", keep));
            }
            if (before != null) {
                options.before(moment(before, clock, session));
            }
            if (keepGenerations != null) {
                options.keepGenerations(keepGenerations);
            }
            keptWhole.forEach(name -> options.keepWhole(new Generation(name)));
            return options.build();
        } catch (IllegalArgumentException e) {
            throw WrongUsage.of(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private Instant moment(String text, Clock clock, Session session) {
        Moment moment;
        try {
            moment = Moment.parse(text, clock.instant());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()).replace("-timestamp", "-before"), e);
        }
        if (moment.zoneAssumed()) {
            output.note(session, "-before has no zone; taken as UTC: " + moment.instant());
        }
        return moment.instant();
    }

    private VerifyLevel level() {
        for (VerifyLevel known : VerifyLevel.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(level)) {
                return known;
            }
        }
        throw new IllegalArgumentException("no level: \"" + level + "\", expected names, data, chain or restore");
    }

    @Override
    public String help() {
        return HELP;
    }

    static final String HELP = """
            Deletes from a replica what no restore inside a window needs. It does not ask: see -dry-run.

            Usage:

              tailrace prune [flags] REPLICA
              tailrace prune [flags] DB

            REPLICA is a URL, or a folder that exists; DB is a database that the configuration file names.

            What stays, at least one of them; an object goes if each of those given lets it go:

              -keep TIME           all states back from now so far, such as 24h, 30d or 2w
              -before TIME         all states from then on: RFC 3339, or such as '15d ago'
              -keep-generations N  the newest N generations that can be restored

            Flags:

            """ + ReplicaFlags.HELP.indent(2) + """
              -dry-run             delete nothing; print what would be deleted and why, and what stays
                                   outside of the window and why
              -keep-generation NAME
                                   delete nothing of this generation; may be given several times. With it,
                                   a replica that is damaged elsewhere is pruned too
              -level LEVEL         how far to look for damage before: names, data, chain or restore, as
                                   verify does; default: names
              -json                print the result, or the error, as one JSON object
              -q                   print nothing if all is well
              -v                   print each object and debug lines, and the stack trace of an error
              -h, -help            print this text

            The state at the window's beginning stays, all after it, and always the newest one. What has a
            name that is not Litestream's is left alone. Cut off at any moment, all that is to stay can be
            restored, and the next run goes on.

            Exit codes:

              0  done, also if there was nothing to delete
              3  there is nothing in the replica, or not that generation
              4  damaged: nothing was deleted; name what to keep by -keep-generation
              5  the store failed; run again

            Examples:

              tailrace prune -keep 30d -dry-run s3://bucket/app
              tailrace prune -keep 30d s3://bucket/app
              tailrace prune -keep-generations 1 -before 2026-01-31T00:00:00Z /backup/app
            """;
}
