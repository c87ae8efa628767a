// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.cli.InProcess;
import dev.tailrace.testkit.FailureCase;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that was done to a copy of the LTX replica {@code wide} to see what real Litestream makes of it, and what Tailrace
 * answers; where something is damaged, by best effort too.
 */
@Tag("thorough")
class LtxDamageCorpusTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T00:00:00Z"), ZoneOffset.UTC);

    private static final long NEWEST = 0x37;

    /** The newest snapshot; then come a file of level 1 up to 32, and one for each transaction after that. */
    private static final String BASE = "ltx/9/0000000000000001-0000000000000024.ltx";

    private static final String MIDDLE = level0(0x35);
    private static final String LAST = level0(NEWEST);

    private static final Map<String, Case> CASES = new LinkedHashMap<>();

    private record Case(Change change, List<String> flags, Outcome outcome) {}

    private interface Change {
        void make(Path replica, Path database) throws IOException;
    }

    private sealed interface Outcome {}

    /** An exact state; an older one than the newest only where nothing in the replica tells of more. */
    private record State(long txid) implements Outcome {}

    private record Damaged(String key) implements Outcome {}

    private record Refused(int exitCode, String hint) implements Outcome {}

    private record NothingWritten() implements Outcome {}

    private static final Outcome RIGHT = new State(NEWEST);

    static {
        on("intact", (r, d) -> {}, RIGHT);

        // Nothing there, or nothing to begin with.
        Outcome empty = new Refused(3, "no matching backups");
        on(
                "empty replica folder",
                (r, d) -> {
                    Scratch.delete(r);
                    Files.createDirectory(r);
                },
                empty);
        on("folder does not exist", (r, d) -> Scratch.delete(r), empty);
        on(
                "folder does not exist, -if-replica-exists",
                (r, d) -> Scratch.delete(r),
                new NothingWritten(),
                "-if-replica-exists");
        // So it is where all was compacted and nothing has happened since.
        on("ltx/0 empty", (r, d) -> deleteAll(r, "ltx/0/", 0, NEWEST), new State(0x32));

        // Files missing.
        on(
                "first needed level-0 file missing, later ones present",
                (r, d) -> Files.delete(r.resolve(level0(0x33))),
                new Damaged(level0(0x34)));
        on(
                "a needed middle level-0 file missing",
                (r, d) -> Files.delete(r.resolve(MIDDLE)),
                new Damaged(level0(0x36)));
        on(
                "same, with -timestamp after the gap",
                (r, d) -> Files.delete(r.resolve(MIDDLE)),
                new Damaged(level0(0x36)),
                "-timestamp",
                "2026-11-22T14:52:42.418Z");
        on(
                "same, with -txid after the gap",
                (r, d) -> Files.delete(r.resolve(MIDDLE)),
                new Damaged(level0(0x36)),
                "-txid",
                "0000000000000037");
        on("last level-0 file missing (cannot be known)", (r, d) -> Files.delete(r.resolve(LAST)), new State(0x36));
        on(
                "every file that starts at TXID 1 missing",
                (r, d) -> deleteSnapshots(r, "ltx/"),
                new Damaged("ltx/0/0000000000000002-0000000000000002.ltx"));
        on("all snapshots missing, levels 0-3 present", (r, d) -> deleteSnapshots(r, "ltx/9/"), RIGHT);

        // A file that is not what was written. Its header,
        file("magic wrong", set(0, 'X'));
        file("unknown header flag bit set (0x40)", flip(7, 0x40));
        file("page size field wrong", set(10, 0x44));
        file("commit field wrong (file checksum no longer fits)", flip(15, 1));
        file("min TXID field in the header wrong", flip(23, 0x40));
        file("max TXID field in the header wrong", flip(31, 0x40));
        file("timestamp field wrong", flip(39, 1));
        file("reserved header byte not zero", flip(99, 1));
        // its pages,
        file("page number of the first page wrong", flip(103, 0x40));
        file("unknown page flag", flip(105, 0x40));
        file("page data size field wrong", flip(109, 0x40));
        // (In literals: in another place the same page may come of it.)
        file("one bit flipped in the compressed page data", flip(110 + 60, 1));
        // and what follows on them.
        file("one bit flipped in the page index", bytes -> flipFromEnd(bytes, 16 + 8 + 4));
        file("page-index size field wrong", bytes -> flipFromEnd(bytes, 16 + 1));
        file("post-apply checksum field wrong (file checksum no longer fits)", bytes -> flipFromEnd(bytes, 16));
        file("file checksum wrong", bytes -> flipFromEnd(bytes, 1));
        file("last byte missing", bytes -> Arrays.copyOf(bytes, bytes.length - 1));
        file("trailer missing", bytes -> Arrays.copyOf(bytes, bytes.length - 16));
        file("page index and trailer missing", LtxDamageCorpusTest::withoutIndex);
        file("file cut in half", bytes -> Arrays.copyOf(bytes, bytes.length / 2));
        file("header only", bytes -> Arrays.copyOf(bytes, 100));
        file("50 bytes only", bytes -> Arrays.copyOf(bytes, 50));
        file("0 bytes", bytes -> new byte[0]);
        file("8 bytes of garbage after the trailer", bytes -> Arrays.copyOf(bytes, bytes.length + 8));

        // The newest file, and the first.
        stored("newest file: one bit flipped in the page data", LAST, flip(110 + 60, 1), new Damaged(LAST));
        stored(
                "newest file: last byte missing",
                LAST,
                bytes -> Arrays.copyOf(bytes, bytes.length - 1),
                new Damaged(LAST));
        stored("newest file: 0 bytes", LAST, bytes -> new byte[0], new Damaged(LAST));
        stored(
                "base file (" + BASE + "): one bit flipped in the page data",
                BASE,
                flip(110 + 60, 1),
                new Damaged(BASE));
        stored("base file cut in half", BASE, bytes -> Arrays.copyOf(bytes, bytes.length / 2), new Damaged(BASE));
        stored("base file 0 bytes", BASE, bytes -> new byte[0], new Damaged(BASE));
        stored(
                "base file 0 bytes, -txid of an older snapshot",
                BASE,
                bytes -> new byte[0],
                new State(1),
                "-txid",
                "0000000000000001");

        // Names.
        on(
                "file name says one TXID more than its header, the next file still there",
                (r, d) -> Files.move(r.resolve(MIDDLE), r.resolve("ltx/0/0000000000000035-0000000000000036.ltx")),
                new Damaged("ltx/0/0000000000000035-0000000000000036.ltx"));
        on("contents of two neighbour files swapped", LtxDamageCorpusTest::swapNeighbours, new Damaged(MIDDLE));
        on("junk and .tmp files in the level folder", LtxDamageCorpusTest::addJunk, RIGHT);
        on(
                "a garbage file at level 4 which claims the whole range",
                (r, d) -> write(r, "ltx/4/0000000000000001-0000000000000037.ltx", new byte[500]),
                new Damaged("ltx/4/0000000000000001-0000000000000037.ltx"));

        // The target.
        on("output exists", (r, d) -> Files.writeString(d, "mine"), new Refused(6, "exists"));
        on("output exists, 0 bytes", (r, d) -> Files.createFile(d), RIGHT);
        on("output exists, -force", (r, d) -> Files.writeString(d, "mine"), RIGHT, "-force");
        on(
                "OUT-wal exists",
                (r, d) -> Files.writeString(d.resolveSibling("app.db-wal"), "stale"),
                new Refused(6, "app.db-wal"));

        // What is asked for.
        on("txid beyond the last", (r, d) -> {}, new Refused(3, "the newest is"), "-txid", "000000000000003c");
        on(
                "txid and timestamp",
                (r, d) -> {},
                new Refused(2, "only one of"),
                "-txid",
                "0000000000000003",
                "-timestamp",
                "2026-11-22T14:52:42.014Z");
        on("txid not 16 digits", (r, d) -> {}, new Refused(2, "no transaction number: \"5\""), "-txid", "5");
        on("-generation flag", (r, d) -> {}, new Refused(3, "-txid"), "-generation", "0011223344556677");
        on(
                "timestamp before everything",
                (r, d) -> {},
                new Refused(3, "can be restored from 2026-11-22T14:52:33"),
                "-timestamp",
                "2001-01-01T00:00:00Z");
        on(
                "timestamp after everything",
                (r, d) -> {},
                new Refused(2, "lies in the future"),
                "-timestamp",
                "2101-01-01T00:00:00Z");
        // Litestream leaves the newest out, and nothing names it.
        on("timestamp equal to the newest file", (r, d) -> {}, RIGHT, "-timestamp", "2026-11-22T14:52:42.418Z");
        on(
                "txid which now lies inside a compacted file (21)",
                (r, d) -> deleteAll(r, "ltx/0/", 0, 0x32),
                new Refused(3, "nearest are 000000000000001d before it and 0000000000000024 after it"),
                "-txid",
                "0000000000000021");
    }

    private static ReplicaFixture fixture;
    private static SortedMap<String, byte[]> objects;
    private static LtxStates states;

    @TempDir
    Path folder;

    @BeforeAll
    static void readFixture() throws IOException {
        fixture = ReplicaFixtures.of("ltx", "wide");
        objects = fixture.objects();
        states = new LtxStates(objects);
    }

    @Test
    void answersEveryCaseThatWasTriedOnTheRealOne() throws Exception {
        assertThat(CASES.keySet())
                .containsExactlyInAnyOrderElementsOf(ReplicaFixtures.failureCases().stream()
                        .filter(each -> each.base().equals("ltx/wide"))
                        .map(FailureCase::what)
                        .toList());
    }

    static Stream<String> names() {
        return CASES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void answersRightlyOrRefuses(String name) throws Exception {
        Case tried = CASES.get(name);
        Path replica = folder.resolve("replica");
        Path output = Files.createDirectory(folder.resolve("out"));
        Path database = output.resolve("app.db");
        for (Map.Entry<String, byte[]> object : objects.entrySet()) {
            write(replica, object.getKey(), object.getValue());
        }
        tried.change().make(replica, database);
        List<String> before = Scratch.names(output);

        InProcess run = restore(replica, database, tried.flags());

        if (tried.outcome() instanceof State state) {
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(digest(database)).isEqualTo(states.at(state.txid()).orElseThrow());
            return;
        }
        assertThat(run.out()).isEmpty();
        assertThat(Scratch.names(output)).isEqualTo(before);
        if (tried.outcome() instanceof NothingWritten) {
            assertThat(run.exitCode()).as(run.err()).isZero();
        } else if (tried.outcome() instanceof Refused refused) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(refused.exitCode());
            assertThat(run.err().lines()).hasSize(1);
            assertThat(run.err()).contains(refused.hint());
        } else if (tried.outcome() instanceof Damaged damaged) {
            assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
            assertThat(run.err().lines()).hasSize(1);
            assertThat(run.err()).contains(damaged.key() + ": ");
            keepsItsPromise(run, replica, database, tried.flags());
        }
    }

    /** Best effort brings the state that the refusal says is left. */
    private static void keepsItsPromise(InProcess strict, Path replica, Path database, List<String> flags)
            throws Exception {
        List<String> words = new ArrayList<>(flags);
        words.add("-best-effort");
        InProcess run = restore(replica, database, words);
        Matcher promise = Pattern.compile("still restorable, by best effort: up to transaction ([0-9a-f]{16})")
                .matcher(strict.err());
        if (promise.find()) {
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).contains("to transaction " + promise.group(1)).contains("left out, damaged: ");
            assertThat(digest(database))
                    .isEqualTo(states.at(Long.parseLong(promise.group(1), 16)).orElseThrow());
        } else {
            assertThat(strict.err()).contains("nothing before it can be restored");
            assertThat(run.exitCode()).isEqualTo(4);
        }
    }

    private static InProcess restore(Path replica, Path database, List<String> flags) {
        List<String> words = new ArrayList<>(List.of("restore", "-progress", "never", "-o", database.toString()));
        words.addAll(flags);
        words.add("file://" + replica);
        return InProcess.at(CLOCK, words.toArray(String[]::new));
    }

    private static String digest(Path database) throws IOException {
        return Digest.of(Files.readAllBytes(database));
    }

    private static void on(String name, Change change, Outcome outcome, String... flags) {
        CASES.put(name, new Case(change, List.of(flags), outcome));
    }

    private static void stored(
            String name, String key, UnaryOperator<byte[]> change, Outcome outcome, String... flags) {
        on(name, (r, d) -> write(r, key, change.apply(Files.readAllBytes(r.resolve(key)))), outcome, flags);
    }

    /** A file in the middle is stored otherwise. */
    private static void file(String name, UnaryOperator<byte[]> change) {
        stored(name, MIDDLE, change, new Damaged(MIDDLE));
    }

    private static String level0(long txid) {
        return String.format("ltx/0/%016x-%016x.ltx", txid, txid);
    }

    private static void write(Path replica, String key, byte[] bytes) throws IOException {
        Path file = replica.resolve(key);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        Files.setLastModifiedTime(
                file, FileTime.from(fixture.times().getOrDefault(key, Instant.parse("2026-11-22T14:52:42.418Z"))));
    }

    private static UnaryOperator<byte[]> set(int at, int value) {
        return bytes -> {
            bytes[at] = (byte) value;
            return bytes;
        };
    }

    private static UnaryOperator<byte[]> flip(int at, int bits) {
        return bytes -> {
            bytes[at] ^= (byte) bits;
            return bytes;
        };
    }

    private static byte[] flipFromEnd(byte[] bytes, int fromEnd) {
        bytes[bytes.length - fromEnd] ^= 1;
        return bytes;
    }

    private static byte[] withoutIndex(byte[] bytes) {
        long index = ByteBuffer.wrap(bytes).getLong(bytes.length - 16 - 8);
        return Arrays.copyOf(bytes, bytes.length - 16 - 8 - (int) index);
    }

    /** Deletes the files of a folder that end within a range. */
    private static void deleteAll(Path replica, String folder, long from, long to) throws IOException {
        for (String key : objects.keySet()) {
            long max = LtxStates.name(key).map(name -> name.maxTxid()).orElse(-1L);
            if (key.startsWith(folder) && max >= from && max <= to) {
                Files.delete(replica.resolve(key));
            }
        }
    }

    private static void deleteSnapshots(Path replica, String folder) throws IOException {
        for (String key : objects.keySet()) {
            if (key.startsWith(folder) && key.contains("/0000000000000001-")) {
                Files.delete(replica.resolve(key));
            }
        }
    }

    private static void swapNeighbours(Path replica, Path database) throws IOException {
        write(replica, MIDDLE, objects.get(level0(0x34)));
        write(replica, level0(0x34), objects.get(MIDDLE));
    }

    private static void addJunk(Path replica, Path database) throws IOException {
        write(replica, "ltx/0/junk", new byte[7]);
        write(replica, "ltx/0/0000000000000038-0000000000000038.ltx.tmp", new byte[200]);
        write(replica, "ltx/9/README.ltx", new byte[7]);
        write(replica, "ltx/notes/0000000000000001-00000000000000ff.ltx", new byte[7]);
    }
}
