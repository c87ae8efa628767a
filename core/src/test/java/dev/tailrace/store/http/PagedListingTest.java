// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.ObjectInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PagedListingTest {

    private static final BucketFolder FOLDER = new BucketFolder("bucket", "backup/", "s3://bucket/backup");

    private final BlockingCalls calls = new BlockingCalls("tailrace-test-", FOLDER.location());
    private final List<@Nullable String> asked = new ArrayList<>();

    /** Gives whole keys; what ends with a question mark lacks what an object must have. */
    private static final class Keys implements PagedListing.Reader<String> {

        @Override
        public @Nullable String key(String item) {
            return item.isEmpty() ? null : item;
        }

        @Override
        public Optional<ObjectInfo> info(String key, String item) {
            return item.endsWith("?")
                    ? Optional.empty()
                    : Optional.of(new ObjectInfo(key, 1, Instant.EPOCH, Optional.empty(), Optional.empty()));
        }
    }

    @AfterEach
    void close() {
        calls.close();
    }

    /** A store that answers with these pages, and calls each by its number. */
    private ListingPages<String> pages(String... pages) {
        return new ListingPages<>(calls, FOLDER, token -> {
            asked.add(token);
            int number = token == null ? 0 : Integer.parseInt(token);
            return new ListingPages.Page<>(
                    Arrays.stream(pages[number].split(",", -1))
                            .filter(item -> !item.equals("-"))
                            .toList(),
                    number + 1 < pages.length ? Optional.of(Integer.toString(number + 1)) : Optional.empty());
        });
    }

    private PagedListing<String> listing(String prefix, String startAfter, String... pages) {
        return new PagedListing<>(pages(pages), new Keys(), prefix, startAfter);
    }

    private static List<String> keys(PagedListing<String> listing) throws IOException {
        List<String> keys = new ArrayList<>();
        while (listing.hasNext()) {
            keys.add(listing.next().key());
        }
        return keys;
    }

    private static void assertFault(PagedListing<String> listing, String message) {
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> keys(listing))
                .withMessageContainingAll(
                        "cannot list s3://bucket/backup: the store ", message, "a fault of the store, or of a proxy")
                .withMessageNotContaining("\n");
    }

    @Test
    void givesTheObjectsOfAllPagesAlsoAcrossEmptyOnes() throws IOException {
        assertThat(keys(listing("", "", "backup/a,backup/b", "-", "backup/c"))).containsExactly("a", "b", "c");
        assertThat(asked).containsExactly(null, "1", "2");
    }

    @Test
    void asksForAPageOnlyWhenItIsNeeded() throws IOException {
        PagedListing<String> listing = listing("", "", "backup/a,backup/b", "backup/c");
        assertThat(asked).isEmpty();
        listing.next();
        listing.next();
        assertThat(asked).hasSize(1);
        assertThat(listing.hasNext()).isTrue();
        assertThat(asked).hasSize(2);
    }

    @Test
    void passesOverWhatWasNotAskedFor() throws IOException {
        assertThat(keys(listing("a/", "a/2", "backup/", "backup/a/1,backup/a/2,backup/a/3,backup/b/1")))
                .containsExactly("a/3");
    }

    @Test
    void refusesAStoreThatListsWhatIsOutsideOfItsFolder() {
        assertFault(listing("", "", "backup/a,other/b"), "lists other/b, which is outside of it");
        assertFault(listing("", "", "backup/a,"), "lists null, which is outside of it");
        assertFault(listing("", "", "ot\n\r\u001bher"), "lists ot her, which is outside of it");
    }

    @Test
    void refusesAStoreThatListsOutOfOrderOrTwice() {
        assertFault(listing("", "", "backup/b,backup/a"), "lists a after b, out of order");
        assertFault(listing("", "", "backup/b", "backup/a"), "lists a after b, out of order");
        assertFault(listing("", "", "backup/a", "backup/a"), "lists a after a, out of order");
        assertFault(listing("", "a", "backup/b,backup/a"), "lists a after b, out of order");
        // By UTF-8 bytes, and not by UTF-16 units.
        assertFault(listing("", "", "backup/😀,backup/\uE000"), "out of order");
    }

    @Test
    void refusesAnObjectOfWhichTooLittleIsTold() {
        assertFault(listing("", "", "backup/a,backup/b?"), "lists b? without size, time or version");
    }

    @Test
    void refusesAStoreThatDoesNotSayWhereItGoesOn() {
        for (String token : List.of("", "same")) {
            ListingPages<String> pages =
                    new ListingPages<>(calls, FOLDER, given -> new ListingPages.Page<>(List.of(), Optional.of(token)));
            assertFault(new PagedListing<>(pages, new Keys(), "", ""), "there is more, and not where it goes on");
        }
    }

    @Test
    void endsAtItsEnd() throws IOException {
        PagedListing<String> listing = listing("", "", "backup/a");
        listing.next();
        assertThat(listing.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(listing::next);
        ListingPages<String> pages = pages("-");
        pages.next();
        assertThat(pages.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(pages::next);
    }

    @Test
    void saysThatItIsClosed() throws IOException {
        PagedListing<String> listing = listing("", "", "backup/a,backup/b");
        listing.next();
        listing.close();
        assertThatThrownBy(listing::hasNext).hasMessageContaining("listing is closed");
        PagedListing<String> open = listing("", "", "backup/a,backup/b");
        open.next();
        calls.close();
        assertThatExceptionOfType(StoreAccessException.class).isThrownBy(open::hasNext);
    }

    @Test
    void readsFoldersToTheEnd() throws IOException {
        ListingPages<String> pages = pages("backup/b/,backup/a/", "backup/", "backup/a-/,other/c/");
        assertThat(new FolderNames(FOLDER, "").addAll(pages).sorted()).containsExactly("a", "a-", "b");
    }
}
