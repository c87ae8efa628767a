// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static dev.tailrace.it.WideReplica.LAST;
import static dev.tailrace.it.WideReplica.MIDDLE;
import static dev.tailrace.it.WideReplica.flip;
import static dev.tailrace.it.WideReplica.with;
import static dev.tailrace.it.WideReplica.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tailrace.Tailrace;
import dev.tailrace.cli.InProcess;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Restorer;
import dev.tailrace.restore.Verification;
import dev.tailrace.restore.Verification.Outcome;
import dev.tailrace.restore.VerifiedDamage;
import dev.tailrace.restore.Verifier;
import dev.tailrace.restore.VerifyLevel;
import dev.tailrace.restore.VerifyOptions;
import dev.tailrace.testkit.FailureCase;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that was done to a copy of the {@code wide} replicas to see what real Litestream makes of it, and what Tailrace
 * answers: by the library and on the command line, and by best effort where something is damaged.
 */
@Tag("thorough")
class DamageCorpusTest {

    private static final Map<String, DamageCase> CASES = new LinkedHashMap<>();

    private static final DamageCase.Outcome RIGHT = new DamageCase.Right();

    // The table. Index a is in the middle of 0 to 14; every index has a first segment of one frame. "older" is what
    // nobody
    // can know from the replica alone: what is left of it is a replica as it stood earlier.
    static {
        same("intact", RIGHT);

        // Nothing there, or nothing to begin with.
        on(
                "empty replica folder",
                r -> emptied(r.root()),
                refused(EmptyReplicaException.class, 3, "no matching backups"));
        on(
                "replica folder does not exist",
                r -> Scratch.delete(r.root()),
                refused(EmptyReplicaException.class, 3, "no matching backups"));
        on(
                "generations/ empty",
                r -> emptied(r.root().resolve("generations")),
                refused(EmptyReplicaException.class, 3, "no matching backups"));
        on(
                "generation with WAL but no snapshot",
                r -> Scratch.delete(r.file(r.snapshot()).getParent()),
                damaged(r -> "generations/" + r.generation() + "/snapshots/"));
        asked(
                "unknown generation name",
                refused(TargetNotAvailableException.class, 3, "there are: "),
                (o, r) -> o.generation(new Generation("00000000deadbeef")),
                "-generation",
                "00000000deadbeef");

        // Objects missing.
        on(
                "snapshot only, no wal folder",
                r -> Scratch.delete(r.root().resolve("generations/" + r.generation() + "/wal")),
                older("the bare snapshot is a replica that has just begun", WideReplica::snapshot));
        on(
                "middle segment of a middle index missing (offset gap, index a)",
                r -> r.delete(r.second(MIDDLE)),
                damaged(r -> r.first(MIDDLE).key(r.layout())));
        on(
                "first segment (offset 0) of a middle index missing",
                r -> r.delete(r.first(MIDDLE)),
                damaged(r -> r.second(MIDDLE).key(r.layout())));
        on(
                "last segment of a middle index missing, later indexes present",
                r -> r.delete(r.last(MIDDLE)),
                // The index ends in a commit and the salts of the next one fit. Pages that nobody wrote show it here,
                // since the
                // database grew; MutationTest has those where nothing does.
                damaged(r -> r.snapshot().key(r.layout())));
        on("whole middle WAL index missing", r -> r.deleteIndex(MIDDLE, false), damaged(DamageCorpusTest::walFolder));
        on(
                "whole middle WAL index missing (folder gone too)",
                r -> r.deleteIndex(MIDDLE, true),
                damaged(DamageCorpusTest::walFolder));
        on(
                "WAL index equal to the snapshot's missing, later ones present",
                r -> r.deleteIndex(0, false),
                damaged(DamageCorpusTest::walFolder));
        on(
                "last segment of the last index missing (cannot be known)",
                r -> r.delete(r.last(LAST)),
                older("it might not have been written yet", r -> r.last(LAST)));
        on(
                "first segment of the last index missing",
                r -> r.delete(r.first(LAST)),
                damaged(r -> r.last(LAST).key(r.layout())));

        // A segment is not the LZ4 frame that was written.
        segment("segment: lz4 magic byte flipped", flip(0));
        segment("segment: lz4 frame descriptor byte flipped", flip(5));
        segment("segment: one bit flipped in the lz4 block data", WideReplica::flipInTheMiddle);
        segment("segment: one bit flipped in the lz4 content checksum", WideReplica::flipTheLast);
        segment("segment file cut in half", WideReplica::half);
        segment("segment file without its last 4 bytes (content checksum)", without(4));
        segment("segment file without its last 8 bytes (end mark + checksum)", without(8));
        segment("segment file empty (0 bytes), middle of an index", WideReplica::nothing);
        stored(
                "segment file empty (0 bytes), last segment of a middle index",
                r -> r.last(MIDDLE),
                WideReplica::nothing);
        stored(
                "segment file empty (0 bytes), first segment of a middle index",
                r -> r.first(MIDDLE),
                WideReplica::nothing);
        stored("last segment of all cut in half", r -> r.last(LAST), WideReplica::half);
        stored("last segment of all empty", r -> r.last(LAST), WideReplica::nothing);
        segment("segment: 8 bytes of garbage after the lz4 frame", WideReplica::withGarbage);

        // The frame is whole, the WAL in it is not.
        content("WAL header checksum wrong, middle index", r -> r.first(MIDDLE), flip(24));
        content("WAL magic wrong, middle index", r -> r.first(MIDDLE), flip(0));
        content("WAL format version wrong, middle index", r -> r.first(MIDDLE), flip(7));
        content("WAL header salt changed (header checksum now wrong), middle index", r -> r.first(MIDDLE), flip(16));
        content("WAL header checksum wrong, last index", r -> r.first(LAST), flip(24));
        content("frame checksum wrong, first frame of a middle segment", r -> r.second(MIDDLE), flip(16));
        content(
                "one bit of page data wrong, middle segment (frame checksum no longer fits)",
                r -> r.second(MIDDLE),
                flip(24 + 100));
        content("frame salt wrong, middle segment", r -> r.second(MIDDLE), flip(8));
        content("one bit of page data wrong, last segment of all", r -> r.last(LAST), flip(24 + 100));
        content(
                "segment's WAL bytes 40 short (partial last frame), later segments present",
                r -> r.second(MIDDLE),
                without(40));
        content("last segment of a middle index 40 bytes short", r -> r.last(MIDDLE), without(40));
        on(
                "last segment of a middle index lacks its last (commit) frame",
                r -> r.content(r.last(MIDDLE), r::withoutLastFrame),
                damaged(r -> r.last(MIDDLE).key(r.layout())));
        on(
                "very last segment lacks its commit frame",
                r -> r.content(r.last(LAST), r::withoutLastFrame),
                older("it is a transaction that was still open", r -> r.last(LAST)));
        content("100 zero bytes after the last frame of the last segment", r -> r.last(LAST), with(100));
        on(
                "first segments of two neighbour indexes swapped",
                r -> r.swap(r.first(MIDDLE), r.first(MIDDLE + 1)),
                damaged(r -> "/wal/"));
        on(
                "index N+1 replaced by a copy of index N",
                r -> r.replaceIndex(MIDDLE + 1, MIDDLE),
                // Seen from the newest index backwards, this is where it first does not go on.
                damaged(r -> r.first(MIDDLE + 2).key(r.layout())));

        // The snapshot. The WAL of index 0 rewrites every page of it, but what is damaged is damaged.
        stored("snapshot file cut in half", WideReplica::snapshot, WideReplica::half);
        stored("snapshot file empty (0 bytes)", WideReplica::snapshot, WideReplica::nothing);
        stored("snapshot file without its last 8 bytes", WideReplica::snapshot, without(8));
        stored("snapshot file without its last 4 bytes (content checksum)", WideReplica::snapshot, without(4));
        stored("snapshot: one bit flipped in the lz4 block data", WideReplica::snapshot, WideReplica::flipInTheMiddle);
        on(
                "snapshot's database lacks its last page (valid lz4)",
                r -> r.content(r.snapshot(), r::withoutLastPage),
                RIGHT);
        content("snapshot's database 100 bytes short (valid lz4)", WideReplica::snapshot, without(100));
        content("snapshot with empty contents (valid lz4)", WideReplica::snapshot, WideReplica::nothing);
        content("snapshot: SQLite magic string wrong (valid lz4)", WideReplica::snapshot, flip(3));

        // The output.
        on(
                "output file already exists",
                r -> Files.writeString(r.database(), "not empty"),
                refused(RestoreTargetException.class, 6, "already exists"));
        on("output file already exists, 0 bytes", r -> Files.createFile(r.database()), RIGHT);
        on(
                "OUT-wal already exists",
                r -> Files.writeString(r.output().resolve("app.db-wal"), "stale"),
                refused(RestoreTargetException.class, 6, "app.db-wal"));
        on("OUT.tmp already exists", r -> Files.writeString(r.output().resolve("app.db.tmp"), "stale"), RIGHT);

        // Names that say nothing.
        on("junk and .tmp files in the folders", DamageCorpusTest::addJunk, RIGHT);
        on(
                "junk file inside an index folder",
                r -> Files.writeString(r.indexFolder(MIDDLE).resolve("junk"), "junk"),
                RIGHT);
        on("an empty index folder after the last index", r -> Files.createDirectory(later(r)), RIGHT);
        on(
                "a later index folder with only a .tmp file",
                r -> Files.write(
                        Files.createDirectory(later(r)).resolve("00000000.wal.lz4.tmp"), new byte[] {4, 0x22, 0x4d}),
                RIGHT);

        // Arguments.
        asked(
                "index beyond the last",
                refused(TargetNotAvailableException.class, 3, "from index 00000000 to index 00000014"),
                (o, r) -> o.target(RestoreTarget.atIndex(0x1d)),
                "-index",
                "0000001d");
        asked(
                "-index without -generation",
                RIGHT,
                (o, r) -> o.target(RestoreTarget.atIndex(LAST)),
                "-index",
                "00000014");
        usage("-index not hexadecimal", "\"zz\"", "-index", "zz");
        usage("-index and -timestamp together", "only one of", "-index", "14", "-timestamp", "2026-11-22T14:52:34Z");
        at(
                "-timestamp where the chosen snapshot's index is 2 or more above the last usable WAL index",
                r -> Files.move(r.file(r.snapshot()), r.file(r.snapshot()).resolveSibling("00000002.snapshot.lz4")),
                older("no WAL of the snapshot's index had been stored yet", WideReplica::snapshot),
                "2026-11-22T14:52:33.500875418Z");
        at(
                "-timestamp, with one middle segment whose mtime is later than its successors'",
                r -> Files.setLastModifiedTime(
                        r.file(r.second(MIDDLE)), FileTime.from(Instant.parse("2026-11-22T14:52:43Z"))),
                refused(TargetNotAvailableException.class, 3, "choose a transaction by its position"),
                "2026-11-22T14:52:42.424497571Z");
        usage("-timestamp not RFC 3339", "expected RFC 3339", "-timestamp", "22.11.2026 14:00");
        at(
                "-timestamp before everything",
                r -> {},
                refused(TargetNotAvailableException.class, 3, "which can be restored from 2026-11-22T14:52:33"),
                "2001-01-01T00:00:00Z");
        usage("-timestamp after everything", "lies in the future", "-timestamp", "9999-12-31T00:00:00Z");
        CASES.put(
                "-txid on a v0.3 folder",
                new DamageCase(
                        r -> {},
                        Optional.empty(),
                        List.of("-txid", "0000000000000003"),
                        refused(TargetNotAvailableException.class, 3, "it holds no LTX files of Litestream 0.5")));
    }

    /** Later than every fixture. */
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2100-01-01T00:00:00Z"), ZoneOffset.UTC);

    private static final Map<String, ReplicaFixture> WIDE = new LinkedHashMap<>();
    private static final Map<String, Map<String, byte[]>> OBJECTS = new LinkedHashMap<>();
    private static final Map<String, History> HISTORIES = new LinkedHashMap<>();
    private static Optional<Scratch> scratch = Optional.empty();
    private static int copies;

    @BeforeAll
    static void makeScratch() throws IOException {
        scratch = Optional.of(new Scratch());
    }

    @AfterAll
    static void removeScratch() throws IOException {
        scratch.orElseThrow().close();
    }

    /** Each case in each layout that it was tried in with real Litestream. */
    static Stream<Arguments> cases() throws IOException {
        Set<List<String>> seen = new HashSet<>();
        List<Arguments> cases = new ArrayList<>();
        for (FailureCase failure : ReplicaFixtures.failureCases()) {
            String layout = failure.base().substring(0, failure.base().indexOf('/'));
            if (!layout.equals("ltx") && seen.add(List.of(layout, failure.what()))) {
                cases.add(Arguments.of(layout, failure.what()));
            }
        }
        return cases.stream();
    }

    @Test
    void coversEveryCaseOfTheOldLayouts() throws IOException {
        Set<String> names = new HashSet<>();
        for (FailureCase failure : ReplicaFixtures.failureCases()) {
            if (!failure.base().startsWith("ltx/")) {
                names.add(failure.what());
            }
        }
        assertThat(names).hasSize(71);
        assertThat(CASES.keySet()).containsExactlyInAnyOrderElementsOf(names);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void answersAsTheTableSays(String layout, String name) throws Exception {
        DamageCase damage = Optional.ofNullable(CASES.get(name)).orElseThrow();
        if (damage.options().isPresent()) {
            WideReplica replica = copy(layout, damage);
            restoreByLibrary(replica, damage);
        }
        WideReplica replica = copy(layout, damage);
        restoreByCommandLine(replica, damage);
    }

    /** Found by each level that reads what is damaged; on the command line too, with the exit code that says so. */
    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void isVerifiedAsTheTableSays(String layout, String name) throws Exception {
        DamageCase damage = Optional.ofNullable(CASES.get(name)).orElseThrow();
        WideReplica replica = copy(layout, damage);
        Outcome expected;
        try (ReplicaClient client = Tailrace.open("file://" + replica.root())) {
            expected = expectedOutcome(client, replica, damage);
            for (VerifyLevel level : VerifyLevel.values()) {
                Verification verification = Verifier.of(
                                client,
                                VerifyOptions.builder()
                                        .level(level)
                                        .scratchFolder(replica.root().getParent())
                                        .build())
                        .verify();
                if (level != VerifyLevel.NAMES || expected != Outcome.DAMAGED) {
                    assertThat(verification.outcome()).as("%s", verification).isEqualTo(expected);
                }
                for (VerifiedDamage each : verification.damages()) {
                    restoresWhatIsPromised(client, replica, each.before());
                    restoresWhatIsPromised(client, replica, each.after());
                }
            }
        }
        InProcess run = InProcess.at(CLOCK, "verify", "file://" + replica.root());
        assertThat(run.out() + run.err()).startsWith(expected.name().toLowerCase(Locale.ROOT) + ": ");
        assertThat(run.exitCode())
                .isEqualTo(
                        switch (expected) {
                            case DAMAGED -> 4;
                            case EMPTY -> 3;
                            case INCONCLUSIVE -> 5;
                            default -> 0;
                        });
        assertThat(Scratch.names(replica.root().getParent())).noneMatch(left -> left.startsWith("tailrace-"));
    }

    /** That of the whole replica: the table may tell of an older state of it. */
    private static Outcome expectedOutcome(ReplicaClient client, WideReplica replica, DamageCase damage)
            throws IOException {
        Outcome expected = damage.outcome() instanceof DamageCase.Damaged ? Outcome.DAMAGED : Outcome.OK;
        try {
            Path newest = replica.root().resolveSibling("newest.db");
            RestoreResult result = Restorer.of(client).restoreTo(newest);
            Files.delete(newest);
            return result.plan().isSnapshotUnproved() && expected == Outcome.OK ? Outcome.INCONCLUSIVE : expected;
        } catch (EmptyReplicaException e) {
            return Outcome.EMPTY;
        } catch (DamagedReplicaException e) {
            return Outcome.DAMAGED;
        }
    }

    private static void restoresWhatIsPromised(ReplicaClient client, WideReplica replica, Optional<Position> promised)
            throws Exception {
        if (promised.isEmpty()) {
            return;
        }
        Position state = promised.get();
        RestoreOptions options = RestoreOptions.builder()
                .target(RestoreTarget.atPosition(state))
                .bestEffort(true)
                .replaceExisting(true)
                .build();
        Path database = replica.root().resolveSibling("promised.db");
        assertThat(Restorer.of(client, options).restoreTo(database).position()).isEqualTo(state);
        byte[] expected = history(replica.layout())
                .stateAt(replica.snapshot(), new Place(replica.generation(), state.index(), state.offset()));
        assertThat(Digest.of(Files.readAllBytes(database))).as("%s", state).isEqualTo(Digest.of(expected));
        Files.delete(database);
    }

    private static void restoreByLibrary(WideReplica replica, DamageCase damage) throws Exception {
        List<String> before = Scratch.names(replica.output());
        RestoreOptions.Builder options = RestoreOptions.builder();
        damage.options().orElseThrow().set(options, replica);
        try (ReplicaClient client = Tailrace.open("file://" + replica.root())) {
            DamageCase.Outcome outcome = damage.outcome();
            if (outcome instanceof DamageCase.Refused refused) {
                TailraceException failure = refusal(client, options.build(), replica);
                assertThat(failure).isExactlyInstanceOf(refused.type()).hasMessageContaining(refused.hint());
                assertThat(Scratch.names(replica.output())).isEqualTo(before);
            } else if (outcome instanceof DamageCase.Damaged damaged) {
                TailraceException failure = refusal(client, options.build(), replica);
                assertThat(failure)
                        .isExactlyInstanceOf(DamagedReplicaException.class)
                        .hasMessageContaining(damaged.key().apply(replica))
                        .hasMessageContaining(client.location())
                        .hasMessageMatching(".*(still restorable, by best effort|nothing before it can be restored).*");
                assertThat(Scratch.names(replica.output())).isEqualTo(before);
                restoreByBestEffort(client, replica, (DamagedReplicaException) failure);
            } else {
                RestoreResult result = Restorer.of(client, options.build()).restoreTo(replica.database());
                assertThat(Digest.of(Files.readAllBytes(replica.database())))
                        .isEqualTo(Digest.of(expected(replica, outcome)));
                assertThat(result.plan().leftOut()).isEmpty();
                assertThat(Scratch.names(replica.output()))
                        .containsAll(before)
                        .hasSizeLessThanOrEqualTo(before.size() + 1);
            }
        }
    }

    /** What is left before the damage is a state that the database has had, and what was left out is listed. */
    private static void restoreByBestEffort(ReplicaClient client, WideReplica replica, DamagedReplicaException strict)
            throws Exception {
        RestoreOptions options = RestoreOptions.builder().bestEffort(true).build();
        if (!strict.isSalvageable()) {
            TailraceException failure = refusal(client, options, replica);
            assertThat(failure).isExactlyInstanceOf(DamagedReplicaException.class);
            assertThat(Scratch.names(replica.output())).isEmpty();
            return;
        }
        RestoreResult result = Restorer.of(client, options).restoreTo(replica.database());
        assertThat(strict)
                .hasMessageMatching(".*; still restorable, by best effort: (up to|snapshot) [^\\s,]+"
                        + (result.plan().isSnapshotUnproved()
                                ? ", if its snapshot is a whole state, which nothing proves"
                                : ""))
                .hasMessageContaining(
                        result.position().offset() > 0
                                ? "up to " + result.position()
                                : "snapshot " + replica.generation() + "/");
        History history = history(replica.layout());
        assertThat(history.allStates(replica.generation()))
                .as("state at %s", result.position())
                .contains(Digest.of(Files.readAllBytes(replica.database())));
        long firstDamaged = result.plan().leftOut().stream()
                .mapToLong(damage -> Place.of(damage.key()).map(Place::index).orElse(0L))
                .min()
                .orElseThrow(() -> new AssertionError("nothing is said to be left out"));
        assertThat(result.position().index())
                .as("the last state before the damage")
                .isGreaterThanOrEqualTo(firstDamaged - 1);
        assertThat(Scratch.names(replica.output())).containsExactly("app.db");
    }

    private static TailraceException refusal(ReplicaClient client, RestoreOptions options, WideReplica replica) {
        return catchThrowableOfType(
                TailraceException.class, () -> Restorer.of(client, options).restoreTo(replica.database()));
    }

    private static void restoreByCommandLine(WideReplica replica, DamageCase damage) throws Exception {
        List<String> before = Scratch.names(replica.output());
        List<String> words =
                new ArrayList<>(List.of("restore", "-o", replica.database().toString()));
        words.addAll(damage.arguments());
        words.add("file://" + replica.root());
        InProcess run = InProcess.at(CLOCK, words.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(damage.outcome().exitCode());
        if (run.exitCode() == 0) {
            assertThat(Digest.of(Files.readAllBytes(replica.database())))
                    .isEqualTo(Digest.of(expected(replica, damage.outcome())));
            return;
        }
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).as(run.err()).hasSize(1);
        if (damage.outcome() instanceof DamageCase.Refused refused) {
            assertThat(run.err()).contains(refused.hint());
        } else if (damage.outcome() instanceof DamageCase.Damaged damaged) {
            assertThat(run.err()).contains(damaged.key().apply(replica));
        } else if (damage.outcome() instanceof DamageCase.Usage usage) {
            assertThat(run.err()).contains(usage.hint());
        }
        assertThat(Scratch.names(replica.output())).isEqualTo(before);
    }

    private static byte[] expected(WideReplica replica, DamageCase.Outcome outcome) throws IOException {
        History history = history(replica.layout());
        if (outcome instanceof DamageCase.Older older) {
            return history.stateAt(replica.snapshot(), older.end().apply(replica));
        }
        byte[] newest = history.stateAt(replica.snapshot(), new Place(replica.generation(), LAST, Long.MAX_VALUE));
        String real = wide(replica.layout()).restores().get(0).sha256().orElseThrow();
        assertThat(Digest.of(newest))
                .as("the plain database agrees with real Litestream")
                .isEqualTo(real);
        return newest;
    }

    private static WideReplica copy(String layout, DamageCase damage) throws IOException {
        ReplicaFixture fixture = wide(layout);
        Path folder = Files.createDirectory(scratch.orElseThrow().folder().resolve("copy-" + copies++));
        WideReplica replica = new WideReplica(fixture, OBJECTS.get(layout), history(layout), folder);
        damage.change().make(replica);
        return replica;
    }

    private static ReplicaFixture wide(String layout) throws IOException {
        if (!WIDE.containsKey(layout)) {
            WIDE.put(layout, ReplicaFixtures.of(layout, "wide"));
            OBJECTS.put(layout, WIDE.get(layout).objects());
        }
        return WIDE.get(layout);
    }

    private static History history(String layout) throws IOException {
        if (!HISTORIES.containsKey(layout)) {
            wide(layout);
            HISTORIES.put(layout, History.of(OBJECTS.get(layout)));
        }
        return HISTORIES.get(layout);
    }

    private static String walFolder(WideReplica replica) {
        return "generations/" + replica.generation() + "/wal/";
    }

    private static void emptied(Path folder) throws IOException {
        Scratch.delete(folder);
        Files.createDirectory(folder);
    }

    private static void addJunk(WideReplica replica) throws IOException {
        Path generation = replica.root().resolve("generations/" + replica.generation());
        Files.writeString(replica.root().resolve("README.txt"), "junk");
        Files.createDirectories(replica.root().resolve("generations/not-a-generation/wal"));
        Files.writeString(generation.resolve("junk"), "junk");
        Files.writeString(generation.resolve("snapshots/junk"), "junk");
        Files.writeString(generation.resolve("snapshots/00000009.snapshot.lz4.tmp"), "half a snapshot");
        Files.writeString(generation.resolve("wal/junk.txt"), "junk");
        Path next = replica.file(new Place(replica.generation(), LAST, 0x9000));
        Files.writeString(next.resolveSibling(next.getFileName() + ".tmp"), "half a segment");
    }

    private static Path later(WideReplica replica) {
        return replica.indexFolder(LAST + 1);
    }

    private static DamageCase.Outcome refused(Class<? extends TailraceException> type, int exitCode, String hint) {
        return new DamageCase.Refused(type, exitCode, hint);
    }

    private static DamageCase.Outcome damaged(Function<WideReplica, String> key) {
        return new DamageCase.Damaged(key);
    }

    /** @param before the state is that of the last commit before this place */
    private static DamageCase.Outcome older(String reason, Function<WideReplica, Place> before) {
        return new DamageCase.Older(reason, before);
    }

    private static void same(String name, DamageCase.Outcome outcome) {
        on(name, r -> {}, outcome);
    }

    private static void at(String name, DamageCase.Change change, DamageCase.Outcome outcome, String timestamp) {
        CASES.put(
                name,
                new DamageCase(
                        change,
                        Optional.of((o, r) ->
                                o.clock(() -> Instant.MAX).target(RestoreTarget.atTimestamp(Instant.parse(timestamp)))),
                        List.of("-timestamp", timestamp),
                        outcome));
    }

    private static void on(String name, DamageCase.Change change, DamageCase.Outcome outcome) {
        CASES.put(name, new DamageCase(change, Optional.of((o, r) -> {}), List.of(), outcome));
    }

    /** The second segment of the middle index is stored otherwise. */
    private static void segment(String name, UnaryOperator<byte[]> change) {
        stored(name, r -> r.second(MIDDLE), change);
    }

    private static void stored(String name, Function<WideReplica, Place> place, UnaryOperator<byte[]> change) {
        on(
                name,
                r -> r.stored(place.apply(r), change),
                damaged(r -> place.apply(r).key(r.layout())));
    }

    private static void content(String name, Function<WideReplica, Place> place, UnaryOperator<byte[]> change) {
        on(
                name,
                r -> r.content(place.apply(r), change),
                damaged(r -> place.apply(r).key(r.layout())));
    }

    private static void asked(
            String name, DamageCase.Outcome outcome, DamageCase.Options options, String... arguments) {
        CASES.put(name, new DamageCase(r -> {}, Optional.of(options), List.of(arguments), outcome));
    }

    private static void usage(String name, String hint, String... arguments) {
        CASES.put(name, new DamageCase(r -> {}, Optional.empty(), List.of(arguments), new DamageCase.Usage(hint)));
    }
}
