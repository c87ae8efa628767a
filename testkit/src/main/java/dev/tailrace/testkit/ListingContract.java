// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a store tells of its objects, and which keys they may have. */
abstract class ListingContract extends StoreTrial {

    ListingContract() {}

    // ---- listing

    @Test
    protected void emptyStoreListsNothing() throws IOException {
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
    protected void listsAscendingByUtf8Bytes() throws IOException {
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
    protected void listsFileBesideFolderOfSimilarName() throws IOException {
        for (String key : List.of("a0", "a/x", "a-", "a/-", "a.b/c")) {
            put(key, key);
        }

        assertThat(keys("", "")).containsExactly("a-", "a.b/c", "a/-", "a/x", "a0");
    }

    @Test
    protected void listsByAnyPrefixAndStart() throws IOException {
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
    protected void listsMoreThanOnePageAndDeletesMoreThanOneBatch() throws Exception {
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

        List<String> few = List.of("after", "zz");
        List<String> many = new ArrayList<>(stored);
        many.removeAll(few);
        Collections.shuffle(many, new Random(1));
        store.delete(many);
        assertThat(keys("", "")).isEqualTo(few);
    }

    @Test
    protected void listingNeedsNoHasNextAndClosesTwice() throws IOException {
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
    protected void listingTellsWhatStatTells() throws IOException {
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
    protected void listsFoldersByNameEachOnce() throws IOException {
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
    protected void oddKeysAreKeptAsTheyAre() throws IOException {
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
    protected void oddKeysAreListedInOrder() throws Exception {
        putAll(oddNames());

        assertThat(keys("", "")).isEqualTo(model(oddNames(), "", ""));
    }

    @Test
    protected void longKeysAreKept() throws IOException {
        String element = "0123456789".repeat(9) + "/";
        String key = element.repeat(longestKey() / element.length() + 1).substring(0, longestKey() - 1) + "x";
        put(key, "content");

        assertThat(keys("", "")).containsExactly(key);
        assertThat(read(ObjectRead.whole(key))).asString(UTF_8).isEqualTo("content");
    }

    @Test
    protected void keyIsNoPrefixOfAnother() throws IOException {
        put("a/b", "1");

        assertThat(store.stat("a")).isEmpty();
        assertThat(store.stat("a/b/c")).isEmpty();
        assertThatThrownBy(() -> store.open(ObjectRead.whole("a"))).isInstanceOf(ObjectMissingException.class);
        assertThatThrownBy(() -> store.open(ObjectRead.whole("a/b/c"))).isInstanceOf(ObjectMissingException.class);
        store.delete(List.of("a", "a/b/c"));
        assertThat(keys("", "")).containsExactly("a/b");
    }
}
