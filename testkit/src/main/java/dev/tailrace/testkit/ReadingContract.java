// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Ranges and versions of objects. */
abstract class ReadingContract extends ListingContract {

    ReadingContract() {}

    // ---- reading

    @Test
    protected void readsRanges() throws IOException {
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
    protected void readsByteByByteAndBySkipping() throws IOException {
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
    protected void readsEmptyObject() throws IOException {
        ObjectInfo info = put("empty", new byte[0]);

        assertThat(info.size()).isZero();
        assertThat(list("", "").get(0).size()).isZero();
        assertThat(read(ObjectRead.whole("empty"))).isEmpty();
        assertThat(read(ObjectRead.whole(info))).isEmpty();
        assertThat(read(ObjectRead.whole(info).range(3, 10))).isEmpty();
    }

    @Test
    protected void readsLargeObject() throws IOException {
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
    protected void closingAStreamEarlyReadsNoMore() throws IOException {
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
    protected void absentObjectIsMissing() throws IOException {
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
    protected void vanishedObjectIsMissing() throws IOException {
        ObjectInfo info = put("folder/object", "content");
        store.delete(List.of("folder/object"));

        assertThat(store.stat("folder/object")).isEmpty();
        assertThatThrownBy(() -> store.open(ObjectRead.whole(info))).isInstanceOf(ObjectMissingException.class);
    }

    // ---- versions

    @Test
    protected void replacedObjectIsNotReadByItsOldVersion() throws IOException {
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
    protected void quickReplacementOfTheSameSizeIsNotReadByItsOldVersion() throws IOException {
        Assumptions.assumeTrue(supportsVersions() && tellsQuickReplacementsApart(), "versions are too coarse");
        for (int i = 0; i < 20; i++) {
            ObjectInfo old = put("object", "1st" + i);
            ObjectInfo replaced = put("object", "2nd" + i);

            assertThatThrownBy(() -> read(ObjectRead.whole(old))).isInstanceOf(ObjectChangedException.class);
            assertThat(read(ObjectRead.whole(replaced))).asString(UTF_8).isEqualTo("2nd" + i);
        }
    }

    @Test
    protected void replacementWhileReadingIsNeverMixedIn() throws IOException {
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
    protected void deletionWhileReadingIsNoSilentEnd() throws IOException {
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
}
