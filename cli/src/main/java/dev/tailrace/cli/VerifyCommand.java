// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.Tailrace;
import dev.tailrace.cli.configuration.ConfigurationException;
import dev.tailrace.error.NoProviderException;
import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.FormatChoice;
import dev.tailrace.restore.LtxVerifier;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.Verifier;
import dev.tailrace.restore.VerifyLevel;
import dev.tailrace.restore.VerifyOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code tailrace verify}. */
final class VerifyCommand implements Command {

    private final Flags flags = new Flags("tailrace verify");
    private final Argument<List<String>> operands = flags.operands();
    private final ReplicaFlags replicas = new ReplicaFlags(flags);
    private final Argument<String> level = flags.text("level", "data");
    private final Argument<String> maxAge = flags.text("max-age");
    private final Argument<String> since = flags.text("since");
    private final Argument<String> generation = flags.text("generation");
    private final Argument<String> tempDir = flags.text("temp-dir");
    private final Argument<Integer> parallelism = flags.number("parallelism", RestoreOptions.DEFAULT_PARALLELISM);
    private final OutputFlags output = new OutputFlags(flags);

    @Override
    public Flags flags() {
        return flags;
    }

    @Override
    public void run(Session session) throws IOException {
        exitCodeOf(session);
    }

    @Override
    public ExitCode exitCodeOf(Session session) throws IOException {
        ReplicaSources sources = replicas.find(operands.value(), session, output.quiet());
        if (sources.all().size() > 1 && (since.isGiven() || generation.isGiven())) {
            throw flags.wrong("must specify -replica flag when verifying a specific generation; there are "
                    + String.join(
                            ", ",
                            sources.all().stream().map(ReplicaSource::name).toList()));
        }
        List<VerifyReport> reports = new ArrayList<>();
        for (ReplicaSource source : sources.all()) {
            reports.add(verify(source, session, sources.all().size() == 1));
        }
        if (output.json()) {
            session.result(out -> VerifyReport.json(out, reports, level.value()));
        } else {
            print(session, reports);
        }
        return VerifyReport.worst(reports);
    }

    private VerifyReport verify(ReplicaSource source, Session session, boolean alone) throws IOException {
        try (VerifyProgress progress = new VerifyProgress(session, output.quiet())) {
            VerifyOptions options = options(session, progress);
            ReplicaSource.Place place = source.readablePlace();
            try (ReplicaClient client = Tailrace.open(place.url(), place.settings())) {
                return VerifyReport.of(source.name(), verify(client, options));
            }
        } catch (RestoreCancelledException e) {
            throw e;
        } catch (TailraceException | ConfigurationException | ReplicaUrlException | NoProviderException e) {
            if (alone) {
                throw e;
            }
            Failure failure = Failure.of(e);
            return VerifyReport.failed(
                    source.name(), failure.exitCode(), session.messages().masked(failure.message()));
        }
    }

    /** Where both formats lie side by side, that which a restore of the newest state would read. */
    private static VerifiedReplica verify(ReplicaClient client, VerifyOptions options) throws IOException {
        Optional<LtxReplicaClient> ltx =
                options.since().isPresent() || options.generation().isPresent()
                        ? Optional.empty()
                        : FormatChoice.ltxOf(client, RestoreOptions.defaults());
        return ltx.isPresent()
                ? new VerifiedLtx(LtxVerifier.of(ltx.get(), options).verify())
                : new VerifiedGenerations(Verifier.of(client, options).verify());
    }

    private void print(Session session, List<VerifyReport> reports) {
        boolean several = reports.size() > 1;
        for (VerifyReport report : reports) {
            if (output.quiet() && report.exitCode() == ExitCode.DONE) {
                continue;
            }
            report.lines(output.quiet()).forEach(line -> session.result(several ? report.name() + ": " + line : line));
        }
    }

    private VerifyOptions options(Session session, VerifyProgress progress) {
        VerifyOptions.Builder options = VerifyOptions.builder()
                .parallelism(parallelism.value())
                .check(IntegrityCheck.FULL)
                .listener(progress)
                .clock(session.surroundings().clock());
        try {
            options.level(level());
            if (maxAge.isGiven()) {
                options.maxAge(Age.parse("-max-age", maxAge.value()));
            }
            if (since.isGiven()) {
                options.since(Position.parse(since.value()));
            }
            if (generation.isGiven()) {
                options.generation(new Generation(generation.value()));
            }
            if (tempDir.isGiven()) {
                options.scratchFolder(Path.of(tempDir.value()));
            }
            return options.build();
        } catch (IllegalArgumentException e) {
            throw flags.wrong(e);
        }
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
            Proves that a replica can be restored, in each of its states, or names each damage.

            Usage:

              tailrace verify [flags] REPLICA
              tailrace verify [flags] DB

            REPLICA is a URL, or a folder that exists; DB is a database that the configuration file names.

            Flags:

            """ + ReplicaFlags.HELP + """
              -level LEVEL         how far to look: names, data, chain or restore; default: data
              -max-age TIME        exit 8 if the newest state is older than that, such as 1h
              -since POSITION      go on from there: read only what is newer; as latest_position in the
                                   JSON of the run before, which had verified all up to it
              -generation NAME     look at this generation only; default: all
              -temp-dir FOLDER     where -level restore restores to; default: the system's temporary folder
              -parallelism N       how much may be read and decoded at once; default: 8
              -json                print the result, or the error, as one JSON object
              -q                   print nothing if all is well
              -v                   print debug lines, and the stack trace of an error
              -h, -help            print this text

            Levels:

              names     listings alone: what is missing, names that cannot be
              data      every byte of every object, read once: checksums, joins, no page without an origin
              chain     data, and each snapshot is compared with what the WAL before it comes to;
                        needs 8 bytes of memory for each page: TAILRACE_JAVA_OPTS=-Xmx2g if need be
              restore   data, and the newest state is restored and checked by SQLite, then removed

            Exit codes:

              0  ok: nothing is wrong, as far as the level sees
              3  there is nothing in the replica
              4  damaged: some state cannot be restored; all damages are listed
              5  inconclusive: something is missing, unless it is still being uploaded; or the store failed
              8  ok, but the newest state is older than -max-age

            Examples:

              tailrace verify /backup/app
              tailrace verify -level restore -temp-dir /var/tmp s3://bucket/app
              tailrace verify -json -max-age 1h -config litestream.yml /data/app.db
            """;
}
