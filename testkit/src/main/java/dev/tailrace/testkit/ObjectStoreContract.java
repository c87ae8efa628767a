// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What every {@link ObjectStore} promises, as tests. A backend's test extends this class and says how to open a store; where
 * its storage cannot do what is asked, it overrides one of the predicates here, or one test, with a sentence that says why.
 *
 * <p>All tests use the same place, one after another, never two at once. It is emptied before and after each test, and what a
 * test leaves behind fails it: open streams and listings, threads, and {@link #leftovers()}.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
public abstract class ObjectStoreContract {

    private static final int THREADS = 8;
    private static final int LARGE = 5 << 20;

    @RegisterExtension
    final NothingLeftBehind leftBehind = NothingLeftBehind.ofThreads().but(this::mayStay);

    private CountingObjectStore store;

    /** For subclasses. */
    protected ObjectStoreContract() {}

    /** A new store on a place that no other test uses; each call opens the same place. */
    protected abstract ObjectStore openStore() throws Exception;

    /** Whether the store honours the conditions of {@link PutOptions}. */
    protected boolean supportsConditions() {
        return true;
    }

    /** Whether objects have versions. */
    protected boolean supportsVersions() {
        return true;
    }

    /** Whether the version tells two contents of the same size apart which were stored one right after the other. */
    protected boolean tellsQuickReplacementsApart() {
        return true;
    }

    /** Whether a recorded time can be read back by {@link ObjectStore#stat}. */
    protected boolean supportsRecordedTimes() {
        return true;
    }

    /** Whether a recorded time is also in listings. */
    protected boolean listsRecordedTimes() {
        return false;
    }

    /** What is kept of a recorded time. */
    protected ChronoUnit recordedTimePrecision() {
        return ChronoUnit.NANOS;
    }

    /** Up to what the times in a listing, of stat and of put are the same. */
    protected ChronoUnit storedTimePrecision() {
        return ChronoUnit.SECONDS;
    }

    /** How long a key may be, in bytes. */
    protected int longestKey() {
        return 700;
    }

    /**
     * How many objects do not fit on one page of a listing, nor into one batch of a deletion; more than 50. A store without
     * pages and batches may have it faster with fewer.
     */
    protected int moreThanOnePage() {
        return 1_050;
    }

    /** Names that a key's element may be. */
    protected List<String> oddNames() {
        return List.of(
                "with space",
                " around ",
                "100%",
                "%41",
                "%2F",
                "a+b",
                "a#b",
                "a?b",
                "a&b=c",
                "a;b",
                "a:b",
                "a*b",
                "[x]",
                "{x}",
                "<x>&amp;",
                "~x",
                "$x",
                "a'b\"c",
                "a,b",
                "a|b",
                "a^b`c",
                "(x)!",
                "a@b",
                ".hidden",
                "..x",
                "x..",
                "...",
                "x.tmp",
                "-x",
                "ünïcödé",
                "e\u0301",
                "日本語",
                "\uE000",
                "\uFFFD",
                "😀",
                "x😀y");
    }

    /** What must never be in {@link ObjectStore#location()} or in a message. */
    protected List<String> secrets() {
        return List.of();
    }

    /** Threads that a test may leave running, such as those that a vendor's client starts once for the whole process. */
    protected boolean mayStay(Thread thread) {
        return false;
    }

    /**
     * What the place holds besides objects, such as uploads that were begun and never completed, or temporary files; by the
     * vendor's own means, since the store shows no such thing. Asked after each test; anything named fails it.
     */
    protected List<String> leftovers() throws Exception {
        return List.of();
    }

    /** The store under test, with its calls counted. */
    protected final CountingObjectStore store() {
        return store;
    }

    @BeforeEach
    void openEmptyStore() throws Exception {
        store = leftBehind.watch(openStore());
        empty(store);
        store.resetCounts();
    }

    @AfterEach
    void leaveNothing() throws Exception {
        try (ObjectStore closing = store) {
            empty(closing);
        }
        assertThat(leftovers()).as("left besides objects").isEmpty();
    }

    // ---- listing

    @Test
    void emptyStoreListsNothing() throws IOException {
        assertThat(keys("", "")).isEmpty();
        assertThat(keys("no/such/folder/", "")).isEmpty();
        assertThat(store.listFolders("")).isEmpty();
        assertThat(store.listFolders("no/such/folder/")).isEmpty();
        try (ObjectIterator objects = store.list("", "")) {
            assertThat(objects.hasNext()).isFalse();
            assertThat(objects.hasNext()).isFalse();
            assertThatThrownBy(objects::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void listsAscendingByUtf8Bytes() throws IOException {
        List<String> names = List.of(
                "a!", "a-", "a-/x", "a.b", "a/b", "a/b-", "a/c/d", "a0", "a0/x", "ab", "B", "é", "z/1", "z", "\uE000",
                "\uFFFD", "😀", "😀x/y");
        List<String> stored = new ArrayList<>(names);
        // A file system cannot hold both a file and a folder of one name.
        stored.remove("a-");
        stored.remove("a0");
        stored.remove("z");
        Collections.shuffle(stored, new Random(1));
        for (String key : stored) {
            put(key, key);
        }

        assertThat(keys("", "")).isEqualTo(model(stored, "", ""));
    }

    @Test
    void listsFileBesideFolderOfSimilarName() throws IOException {
        for (String key : List.of("a0", "a/x", "a-", "a/-", "a.b/c")) {
            put(key, key);
        }

        assertThat(keys("", "")).containsExactly("a-", "a.b/c", "a/-", "a/x", "a0");
    }

    @Test
    void listsByAnyPrefixAndStart() throws IOException {
        List<String> stored = List.of(
                "a-",
                "a/1",
                "a/10",
                "a/2/x",
                "a/2/y",
                "a/2-",
                "a/20",
                "a0",
                "b/c/d/e",
                "b/c/d/f",
                "b/c/e",
                "generations/x/1");
        for (String key : stored) {
            put(key, key);
        }
        List<String> beginnings =
                new ArrayList<>(List.of("", "a", "a.", "a/", "a/1", "a/2", "a/2/", "a/2/x", "a/2/x0"));
        beginnings.addAll(
                List.of("a/3", "b", "b/", "b/c", "b/c/d/", "b/c/d/e", "b/d/", "c", "gen", "z", "A", "b/c/d/e/f"));

        for (String prefix : beginnings) {
            for (String startAfter : beginnings) {
                assertThat(keys(prefix, startAfter))
                        .as("prefix \"%s\", start after \"%s\"", prefix, startAfter)
                        .isEqualTo(model(stored, prefix, startAfter));
            }
        }
    }

    @Test
    void listsBeyondOnePage() throws Exception {
        List<String> stored = new ArrayList<>();
        int objects = moreThanOnePage();
        for (int i = 0; i < objects; i++) {
            stored.add(String.format("wal/%08x_%08x.wal.lz4", i / 10, i % 10 * 4_120));
        }
        stored.add("after");
        stored.add("zz");
        putAll(stored);
        store.resetCounts();

        assertThat(keys("wal/", "")).isEqualTo(model(stored, "wal/", ""));
        String atTheEndOfPage = stored.get(objects - 51);
        assertThat(keys("", atTheEndOfPage)).isEqualTo(model(stored, "", atTheEndOfPage));
        assertThat(store.listFolders("")).containsExactly("wal");
        try (ObjectIterator listing = store.list("", "")) {
            assertThat(listing.next().key()).isEqualTo("after");
        }
        assertThat(store.opens()).isEmpty();
    }

    @Test
    void listingNeedsNoHasNextAndClosesTwice() throws IOException {
        put("a", "1");
        put("b", "2");

        ObjectIterator objects = store.list("", "");
        assertThat(objects.next().key()).isEqualTo("a");
        assertThat(objects.next().key()).isEqualTo("b");
        assertThatThrownBy(objects::next).isInstanceOf(NoSuchElementException.class);
        assertThat(objects.hasNext()).isFalse();
        objects.close();
        objects.close();
    }

    @Test
    void listingTellsWhatStatTells() throws IOException {
        ObjectInfo put = put("folder/object", "content");

        ObjectInfo listed = list("folder/", "").get(0);
        ObjectInfo stated = store.stat("folder/object").orElseThrow();
        for (ObjectInfo info : List.of(put, listed, stated)) {
            assertThat(info.key()).isEqualTo("folder/object");
            assertThat(info.size()).isEqualTo(7);
            assertThat(info.version()).isEqualTo(put.version());
            assertThat(info.storedAt().truncatedTo(storedTimePrecision()))
                    .isEqualTo(put.storedAt().truncatedTo(storedTimePrecision()));
        }
        assertThat(put.version().isPresent()).isEqualTo(supportsVersions());
        assertThat(Duration.between(put.storedAt(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(15));
    }

    // ---- folders

    @Test
    void listsFoldersByNameEachOnce() throws IOException {
        for (String key : List.of(
                "a-/x", "a/1", "a/2", "a/b/c/d", "a0/x", "file", "generations/0123/wal/1", "é/x", "\uE000/x", "😀/x")) {
            put(key, key);
        }

        assertThat(store.listFolders("")).containsExactly("a", "a-", "a0", "generations", "é", "\uE000", "😀");
        assertThat(store.listFolders("a/")).containsExactly("b");
        assertThat(store.listFolders("a/b/c/")).isEmpty();
        assertThat(store.listFolders("generations/")).containsExactly("0123");
        assertThat(store.listFolders("gen/")).isEmpty();
    }

    // ---- keys

    @Test
    void oddKeysAreKeptAsTheyAre() throws IOException {
        for (String name : oddNames()) {
            String key = "odd/" + name + "/" + name;
            put(key, name);

            assertThat(keys("odd/" + name + "/", "")).as(name).containsExactly(key);
            assertThat(store.listFolders("odd/")).as(name).containsExactly(name);
            assertThat(store.stat(key).map(ObjectInfo::key)).as(name).contains(key);
            assertThat(new String(read(ObjectRead.whole(key)), UTF_8)).as(name).isEqualTo(name);
            store.delete(List.of(key));
            assertThat(keys("", "")).as(name).isEmpty();
        }
    }

    @Test
    void oddKeysAreListedInOrder() throws Exception {
        putAll(oddNames());

        assertThat(keys("", "")).isEqualTo(model(oddNames(), "", ""));
    }

    @Test
    void longKeysAreKept() throws IOException {
        String element = "0123456789".repeat(9) + "/";
        String key = element.repeat(longestKey() / element.length() + 1).substring(0, longestKey() - 1) + "x";
        put(key, "content");

        assertThat(keys("", "")).containsExactly(key);
        assertThat(read(ObjectRead.whole(key))).asString(UTF_8).isEqualTo("content");
    }

    @Test
    void keyIsNoPrefixOfAnother() throws IOException {
        put("a/b", "1");

        assertThat(store.stat("a")).isEmpty();
        assertThat(store.stat("a/b/c")).isEmpty();
        assertThatThrownBy(() -> store.open(ObjectRead.whole("a"))).isInstanceOf(ObjectMissingException.class);
        assertThatThrownBy(() -> store.open(ObjectRead.whole("a/b/c"))).isInstanceOf(ObjectMissingException.class);
        store.delete(List.of("a", "a/b/c"));
        assertThat(keys("", "")).containsExactly("a/b");
    }

    // ---- reading

    @Test
    void readsRanges() throws IOException {
        byte[] content = bytes(1_000, 1);
        ObjectInfo info = put("object", content);

        long[][] ranges = {
            {0, 1_000},
            {0, Long.MAX_VALUE},
            {0, 1},
            {999, 1_000},
            {499, 500},
            {10, 990},
            {500, Long.MAX_VALUE},
            {900, 1_100},
            {0, 5_000},
            {1_000, 1_001},
            {1_000, Long.MAX_VALUE},
            {1_001, 2_000},
            {5_000, Long.MAX_VALUE},
            {0, 0},
            {500, 500},
            {1_000, 1_000}
        };
        for (long[] range : ranges) {
            byte[] expected =
                    Arrays.copyOfRange(content, (int) Math.min(range[0], 1_000), (int) Math.min(range[1], 1_000));
            for (ObjectRead read : List.of(ObjectRead.whole("object"), ObjectRead.whole(info))) {
                try (ObjectStream stream = store.open(read.range(range[0], range[1]))) {
                    assertThat(stream.readAllBytes())
                            .as("[%d, %d)", range[0], range[1])
                            .isEqualTo(expected);
                    assertThat(stream.read()).isEqualTo(-1);
                    assertThat(stream.read(new byte[10])).isEqualTo(-1);
                    assertThat(stream.info().key()).isEqualTo("object");
                    assertThat(stream.info().size()).as("whole size").isEqualTo(1_000);
                    assertThat(stream.info().version()).isEqualTo(info.version());
                }
            }
        }
    }

    @Test
    void readsByteByByteAndBySkipping() throws IOException {
        put("object", new byte[] {0, (byte) 0xff, 2, 3, 4, 5, 6, 7});

        try (ObjectStream stream = store.open(ObjectRead.whole("object"))) {
            assertThat(stream.read()).isZero();
            assertThat(stream.read()).isEqualTo(0xff);
            assertThat(stream.read(new byte[3], 1, 0)).isZero();
            stream.skipNBytes(3);
            byte[] some = new byte[10];
            assertThat(stream.readNBytes(some, 1, 2)).isEqualTo(2);
            assertThat(some).containsExactly(0, 5, 6, 0, 0, 0, 0, 0, 0, 0);
            assertThat(stream.readAllBytes()).containsExactly(7);
        }
    }

    @Test
    void readsEmptyObject() throws IOException {
        ObjectInfo info = put("empty", new byte[0]);

        assertThat(info.size()).isZero();
        assertThat(list("", "").get(0).size()).isZero();
        assertThat(read(ObjectRead.whole("empty"))).isEmpty();
        assertThat(read(ObjectRead.whole(info))).isEmpty();
        assertThat(read(ObjectRead.whole(info).range(3, 10))).isEmpty();
    }

    @Test
    void readsLargeObject() throws IOException {
        byte[] content = bytes(LARGE, 2);
        ObjectInfo info = put("large", content);

        assertThat(info.size()).isEqualTo(LARGE);
        assertThat(Arrays.equals(read(ObjectRead.whole(info)), content)).isTrue();
        int middle = LARGE / 2 + 1;
        byte[] head = read(ObjectRead.whole(info).range(0, middle));
        byte[] tail = read(ObjectRead.whole(info).range(middle, LARGE));
        assertThat(Arrays.equals(head, Arrays.copyOf(content, middle))).isTrue();
        assertThat(Arrays.equals(tail, Arrays.copyOfRange(content, middle, LARGE)))
                .isTrue();
    }

    @Test
    void closingAStreamEarlyReadsNoMore() throws IOException {
        put("large", bytes(LARGE, 3));

        ObjectStream stream = store.open(ObjectRead.whole("large"));
        assertThat(stream.read()).isNotNegative();
        stream.close();
        stream.close();
        assertThatThrownBy(stream::readAllBytes).isInstanceOf(IOException.class);
        assertThat(store.bytesRead()).isEqualTo(1);
        assertThat(store.stat("large")).isPresent();
    }

    @Test
    void absentObjectIsMissing() throws IOException {
        put("there", "1");

        assertThat(store.stat("absent")).isEmpty();
        assertThat(store.stat("no/such/folder/absent")).isEmpty();
        for (String key : List.of("absent", "no/such/folder/absent", "ther", "there0")) {
            assertThatThrownBy(() -> store.open(ObjectRead.whole(key)))
                    .isInstanceOfSatisfying(ObjectMissingException.class, missing -> {
                        assertThat(missing.key()).isEqualTo(key);
                        assertThat(missing.location()).contains(store.location());
                        assertThat(missing).hasMessageContaining(key);
                    });
        }
    }

    @Test
    void vanishedObjectIsMissing() throws IOException {
        ObjectInfo info = put("folder/object", "content");
        store.delete(List.of("folder/object"));

        assertThat(store.stat("folder/object")).isEmpty();
        assertThatThrownBy(() -> store.open(ObjectRead.whole(info))).isInstanceOf(ObjectMissingException.class);
    }

    // ---- versions

    @Test
    void replacedObjectIsNotReadByItsOldVersion() throws IOException {
        Assumptions.assumeTrue(supportsVersions(), "no versions");
        ObjectInfo old = put("object", "old content");
        ObjectInfo replaced = put("object", "other, longer content");

        assertThat(replaced.version()).isNotEqualTo(old.version());
        assertThatThrownBy(() -> read(ObjectRead.whole(old)))
                .isInstanceOfSatisfying(
                        ObjectChangedException.class,
                        changed -> assertThat(changed.key()).isEqualTo("object"));
        assertThatThrownBy(() -> read(ObjectRead.whole(old).range(2, 5))).isInstanceOf(ObjectChangedException.class);
        assertThat(read(ObjectRead.whole(replaced))).asString(UTF_8).isEqualTo("other, longer content");
        assertThat(read(ObjectRead.whole("object"))).asString(UTF_8).isEqualTo("other, longer content");
    }

    @Test
    void quickReplacementOfTheSameSizeIsNotReadByItsOldVersion() throws IOException {
        Assumptions.assumeTrue(supportsVersions() && tellsQuickReplacementsApart(), "versions are too coarse");
        for (int i = 0; i < 20; i++) {
            ObjectInfo old = put("object", "1st" + i);
            ObjectInfo replaced = put("object", "2nd" + i);

            assertThatThrownBy(() -> read(ObjectRead.whole(old))).isInstanceOf(ObjectChangedException.class);
            assertThat(read(ObjectRead.whole(replaced))).asString(UTF_8).isEqualTo("2nd" + i);
        }
    }

    @Test
    void replacementWhileReadingIsNeverMixedIn() throws IOException {
        Assumptions.assumeTrue(supportsVersions(), "no versions");
        byte[] old = bytes(LARGE, 4);
        ObjectInfo info = put("object", old);

        ByteArrayOutputStream got = new ByteArrayOutputStream();
        boolean complete = false;
        try (ObjectStream stream = store.open(ObjectRead.whole(info))) {
            got.write(stream.readNBytes(1_000));
            put("object", bytes(LARGE + 1, 5));
            stream.transferTo(got);
            complete = true;
        } catch (ObjectChangedException e) {
            assertThat(e.key()).isEqualTo("object");
        }
        byte[] read = got.toByteArray();
        assertThat(Arrays.equals(read, Arrays.copyOf(old, read.length)))
                .as("%d bytes are of the old version", read.length)
                .isTrue();
        assertThat(!complete || read.length == LARGE).as("whole, or failed").isTrue();
    }

    @Test
    void deletionWhileReadingIsNoSilentEnd() throws IOException {
        byte[] content = bytes(LARGE, 6);
        put("object", content);

        ByteArrayOutputStream got = new ByteArrayOutputStream();
        boolean complete = false;
        try (ObjectStream stream = store.open(ObjectRead.whole("object"))) {
            got.write(stream.readNBytes(1_000));
            store.delete(List.of("object"));
            stream.transferTo(got);
            complete = true;
        } catch (TailraceException e) {
            assertThat(e).hasMessageContaining("object");
        }
        byte[] read = got.toByteArray();
        assertThat(Arrays.equals(read, Arrays.copyOf(content, read.length))).isTrue();
        assertThat(!complete || read.length == LARGE).as("whole, or failed").isTrue();
    }

    // ---- storing

    @Test
    void storesAndReplaces() throws IOException {
        put("a/b/object", "first");
        ObjectInfo second = put("a/b/object", "second!");

        assertThat(second.size()).isEqualTo(7);
        assertThat(keys("", "")).containsExactly("a/b/object");
        assertThat(read(ObjectRead.whole("a/b/object"))).asString(UTF_8).isEqualTo("second!");
    }

    @Test
    void keepsRecordedTime() throws IOException {
        Assumptions.assumeTrue(supportsRecordedTimes(), "no recorded times");
        Instant time = Instant.parse("2021-03-04T05:06:07.123456789Z");
        ObjectInfo info = store.put("object", ObjectSource.of(bytes(10, 1)), PutOptions.NONE.recordedAt(time));

        Instant kept = time.truncatedTo(recordedTimePrecision());
        assertThat(info.createdAt().truncatedTo(recordedTimePrecision())).isEqualTo(kept);
        assertThat(store.stat("object").orElseThrow().createdAt().truncatedTo(recordedTimePrecision()))
                .isEqualTo(kept);
        if (listsRecordedTimes()) {
            assertThat(list("", "").get(0).createdAt().truncatedTo(recordedTimePrecision()))
                    .isEqualTo(kept);
        }
    }

    @Test
    void failureOfTheSourceLeavesTheOldContent() throws IOException {
        put("folder/old", "old content");

        for (String key : List.of("folder/old", "folder/new", "other/folder/new")) {
            for (int failAt : new int[] {0, 1_000, LARGE - 1}) {
                assertThatThrownBy(() -> store.put(key, new BrokenSource(LARGE, failAt), PutOptions.NONE))
                        .as("%s, failing at %d", key, failAt)
                        .isInstanceOf(IOException.class);
                assertThat(keys("", "")).containsExactly("folder/old");
            }
        }
        assertThat(read(ObjectRead.whole("folder/old"))).asString(UTF_8).isEqualTo("old content");
    }

    @Test
    void sourceOfAnotherLengthIsRefused() throws IOException {
        for (int size : new int[] {9, 11}) {
            ObjectSource source = new ObjectSource() {
                @Override
                public InputStream open() {
                    return new ByteArrayInputStream(bytes(10, 1));
                }

                @Override
                public long size() {
                    return size;
                }
            };
            assertThatThrownBy(() -> store.put("object", source, PutOptions.NONE))
                    .isInstanceOf(IOException.class);
            assertThat(keys("", "")).isEmpty();
        }
    }

    @Test
    void readersSeeTheOldContentUntilTheNewOneIsWhole() throws Exception {
        put("object", "old content");
        ObjectInfo old = store.stat("object").orElseThrow();
        HeldSource source = new HeldSource(bytes(LARGE, 7));

        inThreads(1, thread -> store.put("object", source, PutOptions.NONE), () -> {
            source.awaitHalf();
            try (ObjectStore reader = openStore()) {
                assertThat(reader.stat("object").map(ObjectInfo::size)).contains(old.size());
                try (ObjectStream stream = reader.open(ObjectRead.whole(old))) {
                    assertThat(stream.readAllBytes()).asString(UTF_8).isEqualTo("old content");
                }
            } finally {
                source.goOn();
            }
        });

        assertThat(store.stat("object").map(ObjectInfo::size)).contains((long) LARGE);
    }

    // ---- conditions

    @Test
    void storesOnlyWhereAbsent() throws IOException {
        Assumptions.assumeTrue(supportsConditions(), "no conditions");
        ObjectInfo first = store.put("folder/lease", source("first"), PutOptions.NONE.ifAbsent());

        assertThatThrownBy(() -> store.put("folder/lease", source("second"), PutOptions.NONE.ifAbsent()))
                .isInstanceOfSatisfying(
                        ObjectChangedException.class,
                        changed -> assertThat(changed.key()).isEqualTo("folder/lease"));
        assertThat(read(ObjectRead.whole(first))).asString(UTF_8).isEqualTo("first");
        store.delete(List.of("folder/lease"));
        store.put("folder/lease", source("third"), PutOptions.NONE.ifAbsent());
        assertThat(read(ObjectRead.whole("folder/lease"))).asString(UTF_8).isEqualTo("third");
        assertThat(keys("", "")).containsExactly("folder/lease");
    }

    @Test
    void replacesOnlyThatVersion() throws IOException {
        Assumptions.assumeTrue(supportsConditions() && supportsVersions(), "no conditions");
        String first = put("lease", "first").version().orElseThrow();
        String second = store.put("lease", source("second"), PutOptions.NONE.ifVersion(first))
                .version()
                .orElseThrow();

        assertThatThrownBy(() -> store.put("lease", source("third"), PutOptions.NONE.ifVersion(first)))
                .isInstanceOf(ObjectChangedException.class);
        assertThatThrownBy(() -> store.put("absent", source("third"), PutOptions.NONE.ifVersion(first)))
                .isInstanceOf(ObjectChangedException.class);
        assertThat(read(ObjectRead.whole("lease"))).asString(UTF_8).isEqualTo("second");
        assertThat(keys("", "")).containsExactly("lease");
        store.delete(List.of("lease"));
        assertThatThrownBy(() -> store.put("lease", source("third"), PutOptions.NONE.ifVersion(second)))
                .isInstanceOf(ObjectChangedException.class);
        assertThat(keys("", "")).isEmpty();
    }

    @Test
    void oneOfManyRacingCreatorsWins() throws Exception {
        Assumptions.assumeTrue(supportsConditions(), "no conditions");
        for (int round = 0; round < 10; round++) {
            String key = "race/" + round;
            assertOneWins(key, PutOptions.NONE.ifAbsent());
        }
        assertThat(keys("", "")).hasSize(10);
    }

    @Test
    void oneOfManyRacingReplacersWins() throws Exception {
        Assumptions.assumeTrue(supportsConditions() && supportsVersions(), "no conditions");
        for (int round = 0; round < 10; round++) {
            String version = put("race", "before round " + round).version().orElseThrow();
            assertOneWins("race", PutOptions.NONE.ifVersion(version));
        }
        assertThat(keys("", "")).containsExactly("race");
    }

    // ---- deleting

    @Test
    void deletesWhatIsThereAndForgivesTheRest() throws IOException {
        put("a/1", "1");
        put("a/2", "2");
        put("b", "3");

        store.delete(List.of());
        store.delete(List.of("a/1", "absent", "no/such/folder/absent"));
        store.delete(List.of("a/1", "a/1"));
        assertThat(keys("", "")).containsExactly("a/2", "b");
        store.delete(List.of("a/2", "b"));
        assertThat(keys("", "")).isEmpty();
    }

    @Test
    void deletesMoreThanOneBatch() throws Exception {
        List<String> stored = new ArrayList<>();
        for (int i = 0; i < moreThanOnePage(); i++) {
            stored.add(String.format("generation/%02x/%08x.wal.lz4", i % 7, i));
        }
        putAll(stored);
        put("kept", "1");
        Collections.shuffle(stored, new Random(1));

        store.delete(stored);

        assertThat(keys("", "")).containsExactly("kept");
    }

    // ---- the store as a whole

    @Test
    void closedStoreFailsEveryCall() throws Exception {
        put("large", bytes(LARGE, 8));
        ObjectStore closing = openStore();
        ObjectStream stream = closing.open(ObjectRead.whole("large"));
        assertThat(stream.read()).isNotNegative();
        ObjectIterator objects = closing.list("", "");
        closing.close();
        closing.close();

        assertThatThrownBy(stream::readAllBytes).as("stream").isInstanceOf(IOException.class);
        assertThatThrownBy(objects::hasNext).as("listing").isInstanceOf(IOException.class);
        stream.close();
        objects.close();
        assertThatThrownBy(() -> closing.stat("large")).isInstanceOf(TailraceException.class);
        assertThatThrownBy(() -> closing.open(ObjectRead.whole("large"))).isInstanceOf(TailraceException.class);
        assertThatThrownBy(() -> closing.list("", "").hasNext()).isInstanceOf(TailraceException.class);
        assertThatThrownBy(() -> closing.listFolders("")).isInstanceOf(TailraceException.class);
        assertThatThrownBy(() -> closing.put("x", source("x"), PutOptions.NONE)).isInstanceOf(TailraceException.class);
        assertThatThrownBy(() -> closing.delete(List.of("large"))).isInstanceOf(TailraceException.class);
        assertThat(closing.location()).isEqualTo(store.location());
        assertThat(keys("", "")).containsExactly("large");
    }

    @Test
    void closingTheStoreStopsAPut() throws Exception {
        HeldSource source = new HeldSource(bytes(LARGE, 9));
        ObjectStore closing = openStore();

        assertThatThrownBy(() -> inThreads(1, thread -> closing.put("object", source, PutOptions.NONE), () -> {
                    source.awaitHalf();
                    closing.close();
                    source.goOn();
                }))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
        assertThat(keys("", "")).isEmpty();
    }

    @Test
    void manyThreadsUseOneStore() throws Exception {
        inThreads(THREADS, thread -> {
            byte[] content = bytes(10_000 + thread, thread);
            for (int i = 0; i < 10; i++) {
                String key = "thread" + thread + "/" + i;
                ObjectInfo info = put(key, content);
                assertThat(store.stat(key).flatMap(ObjectInfo::version)).isEqualTo(info.version());
                assertThat(Arrays.equals(read(ObjectRead.whole(info)), content)).isTrue();
                assertThat(keys("thread" + thread + "/", "")).hasSize(i + 1);
                assertThat(store.listFolders("")).contains("thread" + thread);
            }
            store.delete(keys("thread" + thread + "/", ""));
            return thread;
        });

        assertThat(keys("", "")).isEmpty();
    }

    @Test
    void locationIsOneLineWithoutSecrets() {
        assertThat(store.location()).isNotBlank().doesNotContain("\n");
        assertThatThrownBy(() -> store.open(ObjectRead.whole("absent"))).satisfies(missing -> {
            assertThat(missing.getMessage()).contains(store.location()).doesNotContain("\n");
            for (String secret : secrets()) {
                assertThat(store.location()).doesNotContain(secret);
                assertThat(missing.toString()).doesNotContain(secret);
            }
        });
    }

    // ---- what the tests are made of

    private ObjectInfo put(String key, String content) throws IOException {
        return store.put(key, source(content), PutOptions.NONE);
    }

    private ObjectInfo put(String key, byte[] content) throws IOException {
        return store.put(key, ObjectSource.of(content), PutOptions.NONE);
    }

    private void putAll(List<String> keys) throws Exception {
        inThreads(THREADS, thread -> {
            for (int i = thread; i < keys.size(); i += THREADS) {
                put(keys.get(i), "x");
            }
            return thread;
        });
    }

    private byte[] read(ObjectRead read) throws IOException {
        try (ObjectStream stream = store.open(read)) {
            return stream.readAllBytes();
        }
    }

    private List<String> keys(String prefix, String startAfter) throws IOException {
        return list(prefix, startAfter).stream().map(ObjectInfo::key).toList();
    }

    private List<ObjectInfo> list(String prefix, String startAfter) throws IOException {
        return list(store, prefix, startAfter);
    }

    private static List<ObjectInfo> list(ObjectStore store, String prefix, String startAfter) throws IOException {
        List<ObjectInfo> listed = new ArrayList<>();
        try (ObjectIterator objects = store.list(prefix, startAfter)) {
            while (objects.hasNext()) {
                listed.add(objects.next());
            }
        }
        return listed;
    }

    private static void empty(ObjectStore store) throws IOException {
        List<String> keys = list(store, "", "").stream().map(ObjectInfo::key).toList();
        if (!keys.isEmpty()) {
            store.delete(keys);
        }
        assertThat(list(store, "", "")).as("objects left").isEmpty();
    }

    private static List<String> model(List<String> stored, String prefix, String startAfter) {
        return stored.stream()
                .filter(key -> key.startsWith(prefix)
                        && Arrays.compareUnsigned(key.getBytes(UTF_8), startAfter.getBytes(UTF_8)) > 0)
                .sorted((a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)))
                .toList();
    }

    private static ObjectSource source(String content) {
        return ObjectSource.of(content.getBytes(UTF_8));
    }

    private static byte[] bytes(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private void assertOneWins(String key, PutOptions options) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Optional<String>> winners = inThreads(THREADS, thread -> {
            String content = "content of " + thread + " ".repeat(thread);
            start.await(1, TimeUnit.MINUTES);
            try {
                store.put(key, source(content), options);
                return Optional.of(content);
            } catch (ObjectChangedException e) {
                return Optional.<String>empty();
            }
        });

        List<String> won = winners.stream().flatMap(Optional::stream).toList();
        assertThat(won).hasSize(1);
        assertThat(read(ObjectRead.whole(key))).asString(UTF_8).isEqualTo(won.get(0));
    }

    private interface Work<T> {
        T run(int thread) throws Exception;
    }

    private interface Step {
        void run() throws Exception;
    }

    private static <T> List<T> inThreads(int threads, Work<T> work) throws Exception {
        return inThreads(threads, work, () -> {});
    }

    private static <T> List<T> inThreads(int threads, Work<T> work, Step meanwhile) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                Callable<T> task = () -> work.run(thread);
                futures.add(executor.submit(task));
            }
            meanwhile.run();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get(3, TimeUnit.MINUTES));
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }

    /** Fails when so many bytes were read. */
    private record BrokenSource(int announced, int failAt) implements ObjectSource {

        @Override
        public InputStream open() {
            InputStream good = new ByteArrayInputStream(new byte[failAt]);
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    int value = good.read();
                    if (value < 0) {
                        throw new IOException("the source breaks at byte " + failAt);
                    }
                    return value;
                }

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    int count = good.read(target, offset, length);
                    if (count < 0) {
                        throw new IOException("the source breaks at byte " + failAt);
                    }
                    return count;
                }
            };
        }

        @Override
        public long size() {
            return announced;
        }
    }

    /** Waits in the middle until it is told to go on. */
    private static final class HeldSource implements ObjectSource {

        private final byte[] content;
        private final CountDownLatch half = new CountDownLatch(1);
        private final CountDownLatch going = new CountDownLatch(1);

        HeldSource(byte[] content) {
            this.content = content;
        }

        void awaitHalf() throws InterruptedException {
            assertThat(half.await(1, TimeUnit.MINUTES)).isTrue();
        }

        void goOn() {
            going.countDown();
        }

        @Override
        public InputStream open() {
            ByteArrayInputStream in = new ByteArrayInputStream(content);
            return new InputStream() {
                @Override
                public int read() {
                    hold();
                    return in.read();
                }

                @Override
                public int read(byte[] target, int offset, int length) {
                    hold();
                    return in.read(target, offset, Math.min(length, 64 << 10));
                }

                private void hold() {
                    if (in.available() > content.length / 2) {
                        return;
                    }
                    half.countDown();
                    try {
                        going.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            };
        }

        @Override
        public long size() {
            return content.length;
        }
    }
}
