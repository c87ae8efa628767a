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
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code tailrace prune}. */
final class PruneCommand implements Command {

    private final Flags flags = new Flags("tailrace prune");
    private final Argument<List<String>> operands = flags.operands();
    private final ReplicaFlags replicas = new ReplicaFlags(flags);
    private final Argument<String> keep = flags.text("keep");
    private final Argument<String> before = flags.text("before");
    private final Argument<Integer> keepGenerations = flags.number("keep-generations");
    private final Argument<List<String>> keptWhole = flags.texts("keep-generation");
    private final Argument<String> level = flags.text("level", "names");
    private final Argument<Boolean> dryRun = flags.toggle("dry-run");
    private final OutputFlags output = new OutputFlags(flags);

    @Override
    public Flags flags() {
        return flags;
    }

    @Override
    public void run(Session session) throws IOException {
        PruneProgress progress = new PruneProgress(session, output.quiet());
        PruneOptions options = options(session, progress);
        ReplicaSources sources = replicas.find(operands.value(), session, output.quiet());
        if (sources.all().size() > 1) {
            throw flags.wrong("must specify -replica flag, as one replica is pruned at a time; there are "
                    + String.join(
                            ", ",
                            sources.all().stream().map(ReplicaSource::name).toList()));
        }
        ReplicaSource.Place place = sources.all().get(0).readablePlace();
        try (ReplicaClient client = Tailrace.open(place.url(), place.settings());
                progress) {
            ReplicaPruner pruner = ReplicaPruner.of(client, options);
            PrunePlan plan = plan(pruner);
            Optional<PruneResult> result = dryRun.value() ? Optional.empty() : Optional.of(pruner.prune(plan));
            progress.close();
            print(session, new PruneReport(plan, result));
        }
    }

    private PrunePlan plan(ReplicaPruner pruner) throws IOException {
        try {
            return pruner.plan();
        } catch (IllegalArgumentException e) {
            throw flags.wrong(e);
        }
    }

    private void print(Session session, PruneReport report) {
        if (output.json()) {
            session.result(report::json);
        } else if (dryRun.value() || !output.quiet()) {
            report.print(output.verbose(), session::result);
        }
    }

    private PruneOptions options(Session session, PruneProgress progress) {
        Clock clock = session.surroundings().clock();
        PruneOptions.Builder options = PruneOptions.builder().listener(progress).clock(clock);
        if (!keep.isGiven() && !before.isGiven() && !keepGenerations.isGiven()) {
            throw flags.wrong("must specify what stays: -keep, -before or -keep-generations flag");
        }
        try {
            options.level(level());
            if (keep.isGiven()) {
                options.keep(Age.parse("-keep", keep.value()));
            }
            if (before.isGiven()) {
                options.before(moment(before.value(), clock, session));
            }
            if (keepGenerations.isGiven()) {
                options.keepGenerations(keepGenerations.value());
            }
            keptWhole.value().forEach(name -> options.keepWhole(new Generation(name)));
            return options.build();
        } catch (IllegalArgumentException e) {
            throw flags.wrong(e);
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
            if (known.name().toLowerCase(Locale.ROOT).equals(level.value())) {
                return known;
            }
        }
        throw new IllegalArgumentException(
                "no level: \"" + level.value() + "\", expected names, data, chain or restore");
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

            """ + ReplicaFlags.HELP + """
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
