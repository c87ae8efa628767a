// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.replica.Generation;
import dev.tailrace.restore.RestoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code tailrace restore}. */
final class RestoreCommand implements Command {

    private static final Duration BAR_DELAY = Duration.ofMillis(500);

    private final ReplicaRestore restore;

    private final Flags flags = new Flags("tailrace restore");
    private final Argument<List<String>> operands = flags.operands();
    private final Argument<String> outputPath = flags.text("o");
    private final Argument<String> generation = flags.text("generation");
    private final TargetFlags targets = new TargetFlags(flags);
    private final Argument<Integer> parallelism = flags.number("parallelism", RestoreOptions.DEFAULT_PARALLELISM);
    private final Argument<String> mode = flags.text("mode", "0600");
    private final Argument<Boolean> ifDatabaseNotExists = flags.toggle("if-db-not-exists");
    private final Argument<Boolean> ifReplicaExists = flags.toggle("if-replica-exists");
    private final Argument<Boolean> force = flags.toggle("force");
    private final Argument<Boolean> bestEffort = flags.toggle("best-effort");
    private final Argument<Boolean> dryRun = flags.toggle("dry-run");
    private final Argument<String> integrityCheck = flags.text("integrity-check", IntegrityCheck.NONE.label());
    private final Argument<String> tempDir = flags.text("temp-dir");
    private final ProgressFlag progress = new ProgressFlag(flags);
    private final OutputFlags output = new OutputFlags(flags);
    private final ReplicaFlags replicas = new ReplicaFlags(flags);

    RestoreCommand(ReplicaRestore restore) {
        this.restore = restore;
    }

    @Override
    public Flags flags() {
        return flags;
    }

    @Override
    public void run(Session session) throws IOException {
        ReplicaSources sources = replicas.find(operands.value(), session, output.quiet());
        refuseUnclearChoice(sources);
        RestoredCheck check = new RestoredCheck(check(), integrityCheck.isGiven());
        RestoreOptions.Builder asked = options(session).check(check);
        if (dryRun.value()) {
            plan(session, sources, build(asked));
            return;
        }
        RestoreOptions silent = build(asked);
        Supplier<ProgressDisplay> display = progress.display("restoring", BAR_DELAY, session, output);
        try (RestoreOutput target = target(session, sources);
                RestoreProgress listener =
                        new RestoreProgress(display, message -> output.warn(session, message), check::planned)) {
            Path database = target.database();
            if (ifDatabaseNotExists.value() && existsWithContent(database)) {
                skip(session, sources, database, "database already exists");
                return;
            }
            RestoreOptions heard = build(asked.listener(listener));
            restore(
                    session,
                    sources,
                    target,
                    listener,
                    check,
                    () -> choose(
                            session,
                            sources,
                            silent,
                            place -> restore.restore(place.url(), place.settings(), heard, database)));
        }
    }

    private interface Restore {
        ReplicaRestore.Restored result() throws IOException;
    }

    private void plan(Session session, ReplicaSources sources, RestoreOptions options) throws IOException {
        Report report = choose(session, sources, options, place -> restore.plan(place.url(), place.settings(), options))
                .report(generation.isGiven());
        if (output.json()) {
            session.result(report::json);
        } else {
            report.lines().forEach(session::result);
        }
    }

    private void restore(
            Session session,
            ReplicaSources sources,
            RestoreOutput target,
            RestoreProgress listener,
            RestoredCheck check,
            Restore restore)
            throws IOException {
        ReplicaRestore.Restored result;
        try {
            result = restore.result();
        } catch (EmptyReplicaException e) {
            if (!ifReplicaExists.value()) {
                throw e;
            }
            skip(session, sources, target.database(), "no matching backups found");
            return;
        }
        listener.close();
        target.deliver();
        Report report = result.report(check.asked(), session.surroundings().clock());
        if (output.json()) {
            session.result(report::json);
        } else if (!output.quiet()) {
            report.lines().forEach(target::report);
        }
    }

    private <T> T choose(Session session, ReplicaSources sources, RestoreOptions silent, ReplicaChoice.Use<T> use)
            throws IOException {
        return new ReplicaChoice(note -> output.note(session, note), warning -> output.warn(session, warning))
                .use(sources.all(), place -> restore.newestState(place.url(), place.settings(), silent), use);
    }

    /** Generations and indexes are those of one replica: the same name in another one would be another state. */
    private void refuseUnclearChoice(ReplicaSources sources) {
        if (sources.all().size() > 1 && (generation.isGiven() || targets.liesInOneReplica())) {
            String asked = generation.isGiven() ? "from a specific generation" : "to a specific " + targets.kind();
            throw flags.wrong("must specify -replica flag when restoring " + asked + "; there are "
                    + String.join(
                            ", ",
                            sources.all().stream().map(ReplicaSource::name).toList()));
        }
    }

    private void skip(Session session, ReplicaSources sources, Path database, String reason) {
        output.note(session, reason + ", skipping");
        if (output.json()) {
            session.result(out -> {
                out.beginObject();
                out.name("db_path").value(database.toString());
                if (sources.all().size() == 1) {
                    out.name("replica")
                            .value(sources.all().get(0).place().get().url().toString());
                }
                out.name("skipped").value(reason);
                out.endObject();
            });
        }
    }

    private RestoreOutput target(Session session, ReplicaSources sources) throws IOException {
        if (!outputPath.given().equals(Optional.of("-"))) {
            if (tempDir.isGiven()) {
                output.note(
                        session,
                        "-temp-dir means nothing without -o -: the temp file is made beside the output; ignored");
            }
            return RestoreOutput.file(database(sources), session);
        }
        if (output.json()) {
            throw flags.wrong("standard output cannot take both the database and -json; name a file: -o DB");
        }
        if (StandardOutput.isTerminal(session.surroundings().out())) {
            throw flags.wrong("a database is not printed to a terminal; name a file: -o DB, or pipe it on");
        }
        return RestoreOutput.standardOutput(tempDir.given().map(Path::of), session);
    }

    private Path database(ReplicaSources sources) {
        if (!outputPath.isGiven() || outputPath.value().isEmpty()) {
            return sources.database()
                    .orElseThrow(() -> flags.wrong("output path required when using a replica URL; add: -o DB"));
        }
        return Path.of(outputPath.value());
    }

    private RestoreOptions.Builder options(Session session) {
        RestoreOptions.Builder options = RestoreOptions.builder()
                .parallelism(parallelism.value())
                .replaceExisting(force.value())
                .bestEffort(bestEffort.value())
                .exact(targets.exact())
                .clock(session.surroundings().clock());
        try {
            options.fileMode(FileMode.parse(mode.value()));
            if (generation.isGiven()) {
                options.generation(new Generation(generation.value()));
            }
            return options.target(
                    targets.target(session.surroundings().clock().instant(), note -> output.note(session, note)));
        } catch (IllegalArgumentException e) {
            throw flags.wrong(e);
        }
    }

    private RestoreOptions build(RestoreOptions.Builder asked) {
        try {
            return asked.build();
        } catch (IllegalArgumentException e) {
            throw flags.wrong(e);
        }
    }

    private IntegrityCheck check() {
        try {
            return IntegrityCheck.parse(integrityCheck.value());
        } catch (IllegalArgumentException e) {
            throw flags.wrong(e);
        }
    }

    /** An empty file is as good as none: some tools make one before they ask for the database. */
    private static boolean existsWithContent(Path database) throws RestoreTargetException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(database, BasicFileAttributes.class);
            return !attributes.isDirectory() && attributes.size() > 0;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new RestoreTargetException(
                    "cannot tell whether the database exists: " + database
                            + "; make its folder readable to this user, or choose another with -o",
                    e);
        }
    }

    @Override
    public String help() {
        return HELP;
    }

    static final String HELP = """
            Brings a database back from a Litestream replica: the newest state, or an earlier one.

            Usage:

              tailrace restore [flags] REPLICA -o DB
              tailrace restore [flags] DB
              tailrace restore -dry-run [flags] REPLICA

            REPLICA is a URL, such as file:///backup/app, or a folder that exists.
            (tailrace backends lists the URL schemes that can be used.)

            Else the argument is a database that the configuration file of Litestream names. It is brought
            back to its own place, unless -o says otherwise, from that of its replicas with the newest state.

            DB must not exist, or be empty (but see -force). It appears whole and checked, or not at all.

            Flags (one dash or two; -flag value or -flag=value; before or after REPLICA):

              -o DB                where to put the database; required with REPLICA. With -o - it goes to
                                   standard output, once all of it is restored and checked
              -temp-dir FOLDER     where it is restored to first with -o -; default: the system's
              -config PATH         the configuration file; default: $LITESTREAM_CONFIG, /etc/litestream.yml
                                   or ./litestream.yml
              -no-expand-env       leave $NAME and ${NAME} in the configuration file as they are
              -replica NAME        the replica of that name; default: the one with the newest state
              -generation NAME     the generation to restore from; default: the one with the newest data
              -timestamp TIME      restore the state that the replica held then, inclusive: RFC 3339 with any
                                   offset (UTC where there is none), or a time back, such as '15m ago'
              -tx POSITION         restore the state after one transaction, <generation>/<index>:<offset>
              -index HEX           restore the state at the end of this WAL index; default: the newest
              -txid HEX            restore the state after one transaction of a replica of Litestream 0.5
              -exact               refuse a -timestamp at which the state is not known exactly
              -if-db-not-exists    do nothing, and exit 0, if DB exists and is not empty
              -if-replica-exists   do nothing, and exit 0, if the replica is empty; other failures stay failures
              -dry-run             show what would be read, and why; write nothing
              -force               replace a database that stands at DB, with its -wal, -shm and -journal
              -best-effort         stop before damage, at the last whole transaction, and say what is left out
              -integrity-check C   ask SQLite about the result before it is put in place: none, quick or full;
                                   default: none, but full where nothing proves the snapshot
              -mode OCTAL          permissions of DB; default: 0600
              -parallelism N       how much may be read and decoded at once; default: 8
              -progress WHEN       auto, always or never; default: auto, a bar in a terminal, lines elsewhere
              -json                print the result, or the error, as one JSON object
              -q                   print nothing but errors
              -v                   print debug lines, and the stack trace of an error
              -h, -help            print this text

            Results go to standard output, all else to standard error.

            Examples:

              tailrace restore -o app.db file:///backup/app
              tailrace restore -o app.db /backup/app
              tailrace restore -o old.db -generation 8d2bcd1b5c1b7a39 -index 2f /backup/app

              tailrace restore -o old.db -timestamp 2026-01-31T13:00:00+01:00 /backup/app
              tailrace restore -o old.db -timestamp '15m ago' /backup/app
              tailrace restore -o - /backup/app | gzip > app.db.gz

              A damaged replica: what is wrong, what would come back, and bringing that back:

              tailrace restore -dry-run -best-effort /backup/app
              tailrace restore -best-effort -integrity-check full -o app.db /backup/app

              Before an application starts, on a new machine as on an old one:

              tailrace restore -if-db-not-exists -if-replica-exists -o app.db /backup/app

            Exit codes:

            """ + ExitCodes.TEXT;
}
