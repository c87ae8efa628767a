// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Objects that are stored, replaced and deleted, whole or not at all. */
abstract class WritingContract extends ReadingContract {

    WritingContract() {}

    // ---- storing

    @Test
    protected void storesAndReplaces() throws IOException {
        put("a/b/object", "first");
        ObjectInfo second = put("a/b/object", "second!");

        assertThat(second.size()).isEqualTo(7);
        assertThat(keys("", "")).containsExactly("a/b/object");
        assertThat(read(ObjectRead.whole("a/b/object"))).asString(UTF_8).isEqualTo("second!");
    }

    @Test
    protected void keepsRecordedTime() throws IOException {
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
    protected void failureOfTheSourceLeavesTheOldContent() throws IOException {
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
    protected void sourceOfAnotherLengthIsRefused() throws IOException {
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
    protected void readersSeeTheOldContentUntilTheNewOneIsWhole() throws Exception {
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
    protected void storesOnlyWhereAbsent() throws IOException {
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
    protected void replacesOnlyThatVersion() throws IOException {
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
    protected void oneOfManyRacingCreatorsWins() throws Exception {
        Assumptions.assumeTrue(supportsConditions(), "no conditions");
        for (int round = 0; round < 10; round++) {
            String key = "race/" + round;
            assertOneWins(key, PutOptions.NONE.ifAbsent());
        }
        assertThat(keys("", "")).hasSize(10);
    }

    @Test
    protected void oneOfManyRacingReplacersWins() throws Exception {
        Assumptions.assumeTrue(supportsConditions() && supportsVersions(), "no conditions");
        for (int round = 0; round < 10; round++) {
            String version = put("race", "before round " + round).version().orElseThrow();
            assertOneWins("race", PutOptions.NONE.ifVersion(version));
        }
        assertThat(keys("", "")).containsExactly("race");
    }

    // ---- deleting

    @Test
    protected void deletesWhatIsThereAndForgivesTheRest() throws IOException {
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
}
