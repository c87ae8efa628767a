// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.copy.CopyOptions;
import dev.tailrace.copy.CopyPlan;
import dev.tailrace.copy.CopyResult;
import dev.tailrace.copy.ReplicaCopier;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code tailrace copy}. */
final class CopyCommand implements Command {

    private static final Duration BAR_DELAY = Duration.ofSeconds(1);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Flags flags = new Flags("tailrace copy");
    private final Argument<List<String>> operands = flags.operands();
    private final ReplicaFlags replicas = new ReplicaFlags(flags);
    private final Argument<String> layout = flags.text("layout");
    private final Argument<String> generation = flags.text("generation");
    private final Argument<Boolean> replace = flags.toggle("replace");
    private final Argument<Boolean> dryRun = flags.toggle("dry-run");
    private final Argument<Boolean> follow = flags.toggle("follow");
    private final Argument<String> interval = flags.text("interval");
    private final Argument<String> tempDir = flags.text("temp-dir");
    private final Argument<Integer> parallelism = flags.number("parallelism", CopyOptions.DEFAULT_PARALLELISM);
    private final ProgressFlag progress = new ProgressFlag(flags);
    private final OutputFlags output = new OutputFlags(flags);

    @Override
    public Flags flags() {
        return flags;
    }

    @Override
    public void run(Session session) throws IOException {
        CopyPlaces places = CopyPlaces.find(operands.value(), replicas, session, flags, output.quiet());
        Supplier<ProgressDisplay> display = progress.display("copying", BAR_DELAY, session, output);
        Optional<Duration> following = following();
        report(session, copy(session, places, following, display));
    }

    private CopyReport copy(
            Session session, CopyPlaces places, Optional<Duration> following, Supplier<ProgressDisplay> display)
            throws IOException {
        try (CopyProgress listener = new CopyProgress(display, message -> output.warn(session, message));
                ObjectStore source = CopyPlaces.open(places.source());
                ObjectStore destination = CopyPlaces.open(places.destination())) {
            long start = System.nanoTime();
            ReplicaCopier copier = ReplicaCopier.of(source, destination, options(places, listener));
            if (following.isPresent()) {
                // Ends by an interruption only.
                copier.follow(following.get());
            }
            Optional<CopyResult> result = dryRun.value() ? Optional.empty() : Optional.of(copier.copy());
            CopyPlan plan = dryRun.value() ? copier.plan() : listener.plan().orElseThrow();
            return new CopyReport(plan, result, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private void report(Session session, CopyReport report) {
        if (output.json()) {
            session.result(report::json);
        } else if (!output.quiet() || dryRun.value()) {
            report.lines().forEach(session::result);
        }
    }

    private CopyOptions options(CopyPlaces places, CopyProgress listener) {
        CopyOptions.Builder options = CopyOptions.builder()
                .tree(LtxTree.usedOn(
                        places.destination().url().scheme(),
                        places.destination().url().path()))
                .replace(replace.value())
                .retries(places.source().settings().retryPolicy())
                .listener(listener);
        try {
            options.parallelism(parallelism.value());
            if (layout.isGiven()) {
                options.layout(layout(layout.value()));
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

    private static ReplicaLayout layout(String text) {
        return switch (text) {
            case "v0.3" -> ReplicaLayout.V03_FLAT;
            case "nested" -> ReplicaLayout.NESTED;
            case "v0.4", "v0.4-beta" -> ReplicaLayout.V04_BETA;
            default -> throw new IllegalArgumentException("no layout: \"" + text + "\", expected v0.3, nested or v0.4");
        };
    }

    private Optional<Duration> following() {
        if (!follow.value()) {
            if (interval.isGiven()) {
                throw flags.wrong("-interval needs -follow");
            }
            return Optional.empty();
        }
        if (dryRun.value()) {
            throw flags.wrong("cannot specify both -follow and -dry-run");
        }
        try {
            Duration between = interval.isGiven() ? Age.parse("-interval", interval.value()) : INTERVAL;
            if (between.isZero() || between.isNegative()) {
                throw new IllegalArgumentException("-interval must be more than zero");
            }
            return Optional.of(between);
        } catch (IllegalArgumentException e) {
            throw flags.wrong(e);
        }
    }

    @Override
    public String help() {
        return HELP;
    }

    static final String HELP = """
            Copies a replica to another place, proving each object. The copy can be restored while it
            is made, an interrupted copy is gone on with by the same command, and times are kept.

            Usage:

              tailrace copy [flags] SRC DST

            SRC is a URL, a folder that exists, or a database that the configuration file names; DST is
            a URL or a folder, which need not exist. What DST has already is compared with SRC.

            Flags:

            """ + ReplicaFlags.HELP + """
              -layout LAYOUT       name generations as v0.3, nested or v0.4; default: as DST does, or SRC
              -generation NAME     copy this generation only; default: all, and LTX files
              -replace             replace objects of DST that hold other bytes; default: fail
              -follow              go on with what is added to SRC, until interrupted
              -interval TIME       between two looks at SRC, such as 10s; default: 1s
              -dry-run             say what there is to copy, and write nothing
              -temp-dir FOLDER     where large objects wait; default: the system's temporary folder
              -parallelism N       how many objects may be on their way at once; default: 16
              -progress WHEN       auto, always or never; default: auto, a bar in a terminal, lines elsewhere
              -json                print the result, or the error, as one JSON object
              -q                   print errors only
              -v                   print debug lines, and the stack trace of an error
              -h, -help            print this text

            Examples:

              tailrace copy s3://bucket/app /backup/app
              tailrace copy -layout v0.3 /backup/app sftp://user@host/backup/app
              tailrace copy -dry-run -config litestream.yml /data/app.db gs://bucket/app
            """;
}
