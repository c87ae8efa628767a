// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.fixture.LtxBytes;
import dev.tailrace.fixture.LzFrames;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LtxReaderTest {

    private static final int PAGE = 512;

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 2048, 4096, 8192, 16384, 32768, 65536})
    void readsPagesOfEverySizeInBothEncodings(int pageSize) throws Exception {
        LtxBytes file = new LtxBytes(pageSize, 1000, 5, 9);
        for (int number = 1; number <= 12; number++) {
            byte[] page = page(number, pageSize, number % 3 == 0);
            if (number % 2 == 0) {
                file.block(10L * number, page);
            } else {
                file.frame(10L * number, page);
            }
        }

        LtxContent content = LtxContent.read(file.key(), file.bytes());

        assertThat(content.header().pageSize()).isEqualTo(pageSize);
        assertThat(content.pages().keySet())
                .containsExactly(10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L, 100L, 110L, 120L);
        content.pages()
                .forEach((number, page) -> assertThat(page)
                        .as("page %d", number)
                        .isEqualTo(page((int) (number / 10), pageSize, number / 10 % 3 == 0)));
    }

    @Test
    void readsAFileWithoutPages() throws Exception {
        LtxBytes file = new LtxBytes(PAGE, 7, 5, 5);

        assertThat(LtxContent.read(file.key(), file.bytes()).pages()).isEmpty();
    }

    @Test
    void readsPageNumbersUpToTheLargest() throws Exception {
        LtxBytes file = new LtxBytes(PAGE, 0xffffffffL, 5, 5)
                .block(0x7fffffffL, page(1))
                .frame(0x80000000L, page(2))
                .block(0xffffffffL, page(3));

        assertThat(LtxContent.read(file.key(), file.bytes()).pages().keySet())
                .containsExactly(0x7fffffffL, 0x80000000L, 0xffffffffL);
    }

    @Test
    void tellsWhereAPageIsStoredAndHow() throws Exception {
        LtxBytes file = new LtxBytes(PAGE, 7, 5, 5).block(3, page(1)).frame(5, page(2));
        LtxReader reader = reader(file.key(), file.bytes());
        LtxPage page = new LtxPage();

        reader.nextPage(page);
        assertThat(page.offset()).isEqualTo(LtxHeader.SIZE);
        assertThat(page.encoding()).isEqualTo(LtxPageEncoding.SIZED_BLOCK);
        reader.nextPage(page);
        assertThat(page.offset()).isEqualTo(LtxHeader.SIZE + 10L + file.compressed(page(1)).length);
        assertThat(page.encoding()).isEqualTo(LtxPageEncoding.FRAME);
        assertThat(page.number()).isEqualTo(5);
    }

    @Test
    void joinsDigestsOfRunsMadeApart() throws Exception {
        LtxBytes file = new LtxBytes(PAGE, 40, 1, 9).headerInt(4, 0);
        long database = 0;
        for (int number = 1; number <= 40; number++) {
            database ^= LtxBytes.pageCrc(number, page(number));
            file.block(number, page(number));
        }
        LtxReader reader = reader(file.key(), file.bytes(database | 1L << 63));
        List<LtxPage> pages = new ArrayList<>();
        for (LtxPage page = new LtxPage(); reader.nextPage(page); page = new LtxPage()) {
            pages.add(page);
        }
        List<LtxDigest> runs = new ArrayList<>();
        // From the last run to the first: each is made without the others.
        for (int from : new int[] {33, 32, 5, 1, 0}) {
            LtxDigest run = reader.newDigest();
            int to = runs.isEmpty() ? pages.size() : List.of(33, 32, 5, 1).get(runs.size() - 1);
            for (LtxPage page : pages.subList(from, to)) {
                byte[] decoded = new byte[PAGE + 2];
                reader.decode(page, decoded, 1);
                assertThat(Arrays.copyOfRange(decoded, 1, PAGE + 1)).isEqualTo(page((int) page.number()));
                run.add(page, decoded, 1);
            }
            runs.add(0, run);
        }
        runs.forEach(reader::accept);

        assertThat(reader.finish().postApplyChecksum()).isEqualTo(database | 1L << 63);
    }

    @Test
    void takesInManyPagesAtOnceAsItDoesOneByOne() throws Exception {
        for (int count = 0; count <= 21; count++) {
            LtxBytes file = new LtxBytes(PAGE, count + 1, 1, 9).headerInt(4, 0);
            long database = 0;
            for (int number = 1; number <= count + 1; number++) {
                database ^= LtxBytes.pageCrc(number, page(number));
                // Their heads differ in length.
                if (number % 3 == 0) {
                    file.frame(number, page(number));
                } else {
                    file.block(number, page(number));
                }
            }
            LtxReader reader = reader(file.key(), file.bytes(database | 1L << 63));
            List<LtxPage> pages = new ArrayList<>();
            byte[] decoded = new byte[(count + 1) * PAGE];
            for (LtxPage page = new LtxPage(); reader.nextPage(page); page = new LtxPage()) {
                reader.decode(page, decoded, pages.size() * PAGE);
                pages.add(page);
            }
            LtxDigest run = reader.newDigest();
            run.addAll(pages.subList(0, count), decoded);
            run.add(pages.get(count), decoded, count * PAGE);
            reader.accept(run);

            assertThat(reader.finish().postApplyChecksum())
                    .as("%d pages", count)
                    .isEqualTo(database | 1L << 63);
        }
    }

    @Test
    void finishesOnlyWhenAllPagesWereReadAndAccepted() throws Exception {
        LtxBytes file = new LtxBytes(PAGE, 7, 5, 5).block(3, page(1));
        LtxReader reader = reader(file.key(), file.bytes());
        LtxPage page = new LtxPage();

        assertThatIllegalStateException().isThrownBy(reader::finish).withMessageEndingWith(": 0 of 0 or more");
        assertThat(reader.nextPage(page)).isTrue();
        assertThat(reader.nextPage(new LtxPage())).isFalse();
        assertThatIllegalStateException().isThrownBy(reader::finish).withMessageEndingWith(": 0 of 1");
        assertThatIllegalStateException().isThrownBy(() -> reader.nextPage(page));
        reader.accept(page, page(1), 0);
        assertThat(reader.finish().postApplyChecksum()).isZero();
    }

    @Test
    void refusesAnObjectWhoseNameIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> reader("ltx/0/x.ltx", new byte[0]));
    }

    @Test
    void refusesOtherTransactionsThanTheNameSays() {
        LtxBytes file = new LtxBytes(PAGE, 7, 5, 5).block(3, page(1));

        refuses("ltx/0/0000000000000005-0000000000000006.ltx", file.bytes(), 16, "than its name says");
        refuses("ltx/0/0000000000000004-0000000000000005.ltx", file.bytes(), 16, "than its name says");
    }

    @Test
    void refusesPagesThatMayNotFollow() {
        refuses(new LtxBytes(PAGE, 7, 5, 5).block(8, page(1)), 100, "beyond the database's end");
        refuses(new LtxBytes(PAGE, 7, 5, 5).block(0, page(1)), 100, "without a number");
        refuses(new LtxBytes(65536, 20_000, 5, 5).block(16_385, page(1, 65536, true)), 100, "never uses");
        LtxBytes unordered = new LtxBytes(PAGE, 7, 5, 5).block(3, page(1));
        int second = 110 + unordered.compressed(page(1)).length;
        refuses(unordered.block(3, page(1)), second, "not in ascending order");
        refuses(new LtxBytes(PAGE, 7, 5, 5).block(3, page(1)).block(2, page(1)), second, "not in ascending order");
    }

    @Test
    void refusesASnapshotThatIsNotWhole() {
        refuses(new LtxBytes(PAGE, 2, 1, 5).block(2, page(1)), 100, "do not follow on each other");
        LtxBytes hole = new LtxBytes(PAGE, 3, 1, 5).block(1, page(1));
        int second = 110 + hole.compressed(page(1)).length;
        refuses(hole.block(3, page(3)), second, "do not follow on each other");
        refuses(new LtxBytes(PAGE, 2, 1, 5).block(1, page(1)), second, "lacks its last pages");
        refuses(new LtxBytes(PAGE, 2, 1, 5), 100, "lacks its last pages");
    }

    @Test
    void leavesTheLockPageOutOfASnapshot() throws Exception {
        int pageSize = 65536;
        byte[] zeros = new byte[pageSize];
        LtxHeader header = LtxHeader.of(pageSize, 16_386, 1, 1, Instant.EPOCH);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        LtxWriter writer = new LtxWriter(file, header, LtxPageEncoding.SIZED_BLOCK, LtxContent.COMPRESSION);
        for (long number = 1; number <= 16_386; number++) {
            if (number == header.lockPage()) {
                long lock = number;
                assertThatIllegalArgumentException().isThrownBy(() -> writer.writePage(lock, zeros, 0));
            } else {
                writer.writePage(number, zeros, 0);
            }
        }
        writer.finish();
        LtxReader reader = reader("0000000000000001-0000000000000001.ltx", file.toByteArray());
        LtxPage page = new LtxPage();
        byte[] decoded = new byte[pageSize];
        long count = 0;
        while (reader.nextPage(page)) {
            assertThat(page.number()).isNotEqualTo(16_385);
            reader.decode(page, decoded, 0);
            reader.accept(page, decoded, 0);
            count++;
        }
        reader.finish();
        assertThat(count).isEqualTo(16_385);
    }

    @Test
    void refusesAnIndexThatListsOtherPagesThanThereAre() {
        int end = 110 + new LtxBytes(PAGE, 7, 5, 5).compressed(page(1)).length + 6;
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        LtxBytes.varint(other, 4);
        LtxBytes.varint(other, 100);
        LtxBytes.varint(other, end - 106);
        other.write(0);
        LtxBytes right = new LtxBytes(PAGE, 7, 5, 5).block(3, page(1));
        int length = right.index().length;
        assertThat(other.size()).isEqualTo(length);

        refuses(right.key(), right.bytes(other.toByteArray(), length, 0), end, "page index does not list");
        LtxBytes empty = new LtxBytes(PAGE, 7, 5, 5).block(3, page(1));
        refuses(empty.key(), empty.bytes(new byte[1], 1, 0), end, "page index does not list");
        LtxBytes longer = new LtxBytes(PAGE, 7, 5, 5).block(3, page(1));
        refuses(longer.key(), longer.bytes(longer.index(), length + 1, 0), end + length, "length of the page index");
    }

    @Test
    void holdsThePostApplyChecksumToTheFlagsAndThePages() throws Exception {
        long database = LtxBytes.pageCrc(1, page(1));
        LtxBytes untracked = new LtxBytes(PAGE, 7, 5, 5);
        refuses(untracked.key(), untracked.bytes(-1), 100 + 6 + 1 + 8, "rule out a post-apply checksum");
        LtxBytes one = new LtxBytes(PAGE, 7, 5, 5).block(1, page(1));
        int trailer = 110 + one.compressed(page(1)).length + 6 + one.index().length + 8;

        LtxBytes right = tracked(1, 1).block(1, page(1));
        assertThat(LtxContent.read(right.key(), right.bytes(database)).trailer().postApplyChecksum())
                .isEqualTo(database);
        LtxBytes wrong = tracked(1, 1).block(1, page(1));
        refuses(wrong.key(), wrong.bytes(database ^ 1), trailer, "post-apply checksum of the LTX file is wrong");
        LtxBytes missing = tracked(1, 1).block(1, page(1));
        refuses(missing.key(), missing.bytes(0), trailer, "post-apply checksum of the LTX file is wrong");

        LtxBytes incremental = tracked(5, 7).headerLong(40, -7).block(1, page(1));
        assertThat(LtxContent.read(incremental.key(), incremental.bytes(-9))
                        .trailer()
                        .postApplyChecksum())
                .isEqualTo(-9);
        LtxBytes malformed = tracked(5, 7).headerLong(40, -7).block(1, page(1));
        refuses(malformed.key(), malformed.bytes(9), trailer, "post-apply checksum of the LTX file is wrong");
        LtxBytes unsaid = tracked(5, 7).headerLong(40, -7).block(1, page(1));
        refuses(unsaid.key(), unsaid.bytes(0), trailer, "post-apply checksum of the LTX file is wrong");
        LtxBytes emptied = tracked(5, 0).headerLong(40, -7);
        assertThat(LtxContent.read(emptied.key(), emptied.bytes(1L << 63)).pages())
                .isEmpty();
        LtxBytes notEmptied = tracked(5, 0).headerLong(40, -7);
        refuses(notEmptied.key(), notEmptied.bytes(-9), 115, "post-apply checksum of the LTX file is wrong");
    }

    @Test
    void saysWhichPostApplyChecksumThePagesHave() {
        LtxBytes snapshot = tracked(1, 1).block(1, page(1));
        String database = String.format("%016x", LtxBytes.pageCrc(1, page(1)));
        assertRefused(snapshot.key(), snapshot.bytes(-9), database, "fffffffffffffff7");
        LtxBytes increment = tracked(5, 7).headerLong(40, -7).block(1, page(1));
        assertRefused(increment.key(), increment.bytes(9), "8000000000000000", "0000000000000009");
    }

    @Test
    void saysHowMuchIsMissingOfWhatAnObjectEndsIn() {
        byte[] bytes = new LtxBytes(PAGE, 7, 5, 5).block(3, page(1)).bytes();

        assertRefused(keyOf(bytes), Arrays.copyOf(bytes, 97), "3 more bytes", "the end");
        assertRefused(keyOf(bytes), Arrays.copyOf(bytes, bytes.length - 1), "1 more bytes", "the end");
    }

    @Test
    void saysWhereTheFilesChecksumIs() {
        LtxBytes file = new LtxBytes(PAGE, 7, 5, 5).block(3, page(1));
        byte[] bytes = file.bytes();
        bytes[bytes.length - 1] ^= 1;

        refuses(file.key(), bytes, bytes.length - 8, "checksum of the LTX file is wrong");
    }

    @Test
    void saysWhichSizesABlockOfAFrameMayHave() {
        for (int size : new int[] {PAGE + 19, 1 << 31 | PAGE - 1}) {
            byte[] frame = LzFrames.SMALL.of(page(1));
            ByteBuffer.wrap(frame).putInt(7, Integer.reverseBytes(size));
            LtxBytes file = new LtxBytes(PAGE, 7, 5, 5).frame(3, page(1), frame);
            assertRefused(
                    file.key(),
                    file.bytes(),
                    size < 0 ? "512 bytes" : "1 to 530 bytes",
                    Integer.toString(size & Integer.MAX_VALUE));
        }
    }

    private static void assertRefused(String key, byte[] file, String expected, String actual) {
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> LtxContent.read(key, file))
                .satisfies(e -> {
                    assertThat(e.damage().expected()).contains(expected);
                    assertThat(e.damage().actual()).contains(actual);
                });
    }

    private static LtxBytes tracked(long minTxid, long commit) {
        return new LtxBytes(PAGE, commit, minTxid, 9).headerInt(4, 0);
    }

    @Test
    void refusesUnknownFlagsOfAPage() {
        for (int flags : new int[] {2, 3, 0x41, 0x8000, 0xffff}) {
            refuses(
                    new LtxBytes(PAGE, 7, 5, 5).page(3, flags, new byte[0], LzFrames.SMALL.of(page(1)), page(1)),
                    104,
                    "unknown flags");
        }
        LtxBytes zero = new LtxBytes(PAGE, 7, 5, 5).page(0, 1, new byte[0], new byte[0], new byte[0]);
        refuses(zero, 100, "without a number");
    }

    @Test
    void refusesSizesThatNoPageHasBeforeItReservesMemory() {
        for (int size : new int[] {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, PAGE + PAGE / 255 + 17}) {
            byte[] word = ByteBuffer.allocate(4).putInt(size).array();
            refuses(new LtxBytes(PAGE, 7, 5, 5).page(3, 1, word, page(1), page(1)), 106, "no size of a stored page");
        }
        for (int size : new int[] {0, 0x7fffffff, 1 << 31, 1 << 31 | PAGE - 1, 1 << 31 | PAGE + 1, PAGE + 19}) {
            byte[] frame = LzFrames.SMALL.of(page(1));
            ByteBuffer.wrap(frame).putInt(7, Integer.reverseBytes(size));
            refuses(new LtxBytes(PAGE, 7, 5, 5).frame(3, page(1), frame), 113, "no size of an LZ4 block");
        }
    }

    @Test
    void refusesFramesThatLtxDoesNotHave() {
        byte[] page = page(1);
        refuses(
                new LtxBytes(PAGE, 7, 5, 5)
                        .frame(3, page, LzFrames.SMALL.withSizeCode(7).of(page)),
                106,
                "no LZ4 frame as LTX has them");
        byte[] twoBlocks =
                LzFrames.SMALL.withBlockLength(PAGE / 2).withStoredBlocks().of(page);
        refuses(new LtxBytes(PAGE, 7, 5, 5).frame(3, page, twoBlocks), 113, "no size of an LZ4 block");
        byte[] more = LzFrames.SMALL.of(page);
        more[more.length - 8] = 1;
        refuses(new LtxBytes(PAGE, 7, 5, 5).frame(3, page, more), 106 + more.length - 8, "goes on after its page");
        byte[] wrong = LzFrames.SMALL.of(page);
        wrong[wrong.length - 1] ^= 1;
        refuses(new LtxBytes(PAGE, 7, 5, 5).frame(3, page, wrong), 106 + wrong.length - 4, "LZ4 checksum of page 3");
    }

    @Test
    void refusesBlocksThatDecodeToAnotherSize() {
        LtxBytes small = new LtxBytes(PAGE, 7, 5, 5);
        refuses(small.block(3, page(1), small.compressed(new byte[PAGE - 1])), 110, "page 3 decodes to another size");
        LtxBytes large = new LtxBytes(PAGE, 7, 5, 5);
        refuses(large.block(3, page(1), large.compressed(new byte[PAGE + 1])), 110, "page 3 does not decode");
        refuses(new LtxBytes(PAGE, 7, 5, 5).block(3, page(1), new byte[] {-1, -1}), 110, "page 3 does not decode");
    }

    @Test
    void refusesAnEmptyObjectAndOneThatGoesOn() {
        LtxBytes file = new LtxBytes(PAGE, 7, 5, 5).block(3, page(1));
        byte[] bytes = file.bytes();

        refuses(file.key(), new byte[0], 0, "object ends inside the header of the LTX file");
        refuses(file.key(), Arrays.copyOf(bytes, bytes.length + 1), bytes.length, "bytes after the end");
        refuses(file.key(), Arrays.copyOf(bytes, bytes.length + 8), bytes.length, "bytes after the end");
    }

    @Test
    void refusesTheFileCutAtEveryByte() throws Exception {
        for (byte[] bytes : List.of(smallSnapshot(), smallIncrement())) {
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                int end = length;
                assertThatExceptionOfType(DamagedReplicaException.class)
                        .as("cut to %d bytes", length)
                        .isThrownBy(() -> LtxContent.read(keyOf(bytes), cut))
                        .satisfies(
                                e -> assertThat(e.damage().offset().getAsLong()).isEqualTo(end))
                        .withMessageContaining("object ends inside");
            }
        }
    }

    @Test
    void givesTheRightPagesOrRefusesTheFileWithAnyBitFlipped() throws Exception {
        int harmless = 0;
        int flips = 0;
        for (byte[] bytes : List.of(smallSnapshot(), smallIncrement())) {
            LtxContent right = LtxContent.read(keyOf(bytes), bytes);
            for (int bit = 0; bit < 8 * bytes.length; bit++) {
                byte[] flipped = bytes.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                flips++;
                harmless += isHarmless(keyOf(bytes), flipped, right) ? 1 : 0;
            }
        }
        assertThat(flips).isGreaterThan(5_000);
        // LZ4 can say one page in several ways; that is all that may go unseen.
        assertThat(harmless).isLessThan(flips / 100);
    }

    @Test
    void givesTheRightPagesOrRefusesTheFileWithAnyBytesChanged() throws Exception {
        Random random = new Random(11);
        List<byte[]> files = List.of(smallSnapshot(), smallIncrement());
        List<LtxContent> rights = new ArrayList<>();
        for (byte[] file : files) {
            rights.add(LtxContent.read(keyOf(file), file));
        }
        for (int round = 0; round < 10_000; round++) {
            byte[] bytes = files.get(round % 2);
            byte[] changed = bytes.clone();
            int from = random.nextInt(bytes.length);
            for (int i = from; i < Math.min(bytes.length, from + 1 + random.nextInt(16)); i++) {
                changed[i] = (byte) (random.nextInt(4) == 0 ? -random.nextInt(2) : random.nextInt());
            }
            if (random.nextInt(3) == 0) {
                int hole = random.nextInt(bytes.length);
                int to = Math.min(bytes.length, hole + random.nextInt(40));
                changed = ByteBuffer.allocate(bytes.length - (to - hole))
                        .put(changed, 0, hole)
                        .put(changed, to, bytes.length - to)
                        .array();
            }
            isHarmless(keyOf(bytes), changed, rights.get(round % 2));
        }
    }

    /** Whether the file still holds what it did; fails if it holds something else, or is refused in any odd way. */
    private static boolean isHarmless(String key, byte[] file, LtxContent right) throws IOException {
        LtxContent content;
        try {
            content = LtxContent.read(key, file);
        } catch (DamagedReplicaException e) {
            Damage damage = e.damage();
            assertThat(damage.key()).isEqualTo(key);
            assertThat(damage.offset().getAsLong()).isBetween(0L, (long) file.length);
            assertThat(damage.expected()).isPresent();
            assertThat(damage.actual()).isPresent();
            return false;
        } catch (UnsupportedReplicaException e) {
            // Two bytes fewer before the first page, and it is what an older version wrote.
            assertThat(e).hasMessageContaining(key);
            return false;
        }
        assertThat(content.header()).isEqualTo(right.header());
        assertThat(content.trailer()).isEqualTo(right.trailer());
        assertThat(content.pages().keySet()).isEqualTo(right.pages().keySet());
        content.pages()
                .forEach((number, page) ->
                        assertThat(page).isEqualTo(right.pages().get(number)));
        return true;
    }

    @Test
    void recognisesOlderVersions() {
        byte[] page = page(1);
        byte[] number = ByteBuffer.allocate(4).putInt(3).array();
        LtxBytes second = new LtxBytes(PAGE, 7, 5, 5).both(number).both(LzFrames.SMALL.of(page));
        saysVersion(2, second);
        LtxBytes first = new LtxBytes(PAGE, 7, 5, 5)
                .headerInt(4, 1)
                .both(LzFrames.SMALL.of(
                        ByteBuffer.allocate(4 + PAGE).put(number).put(page).array()));
        saysVersion(1, first);
        byte[] database = Arrays.copyOf("SQLite format 3\0".getBytes(StandardCharsets.US_ASCII), PAGE);
        LtxBytes uncompressed = new LtxBytes(PAGE, 1, 1, 1)
                .both(ByteBuffer.allocate(4).putInt(1).array())
                .both(database);
        saysVersion(1, uncompressed);
        // All that tells it is there, though nothing follows.
        saysVersion(1, first.key(), Arrays.copyOf(first.bytes(), LtxHeader.SIZE + 4));
        saysVersion(2, second.key(), Arrays.copyOf(second.bytes(), LtxHeader.SIZE + 8));
    }

    @Test
    void takesNoPageNumberForTheBeginningOfAFrame() throws Exception {
        LtxBytes file = new LtxBytes(PAGE, 0xffffffffL, 5, 5).block(0x04224d18, page(1));

        assertThat(LtxContent.read(file.key(), file.bytes()).pages()).containsOnlyKeys(0x04224d18L);
    }

    private static void saysVersion(int version, LtxBytes file) {
        saysVersion(version, file.key(), file.bytes());
    }

    private static void saysVersion(int version, String key, byte[] bytes) {
        assertThatExceptionOfType(UnsupportedReplicaException.class)
                .isThrownBy(() -> LtxContent.read(key, bytes))
                .withMessageContaining(key)
                .withMessageContaining("LTX version " + version);
    }

    @Test
    void passesOnWhatTheStreamThrows() {
        LtxBytes file = new LtxBytes(PAGE, 7, 5, 5).block(3, page(1));
        byte[] bytes = file.bytes();
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the line is dead");
            }
        };
        for (int length : new int[] {0, 50, 103, 120, bytes.length - 3, bytes.length}) {
            InputStream in = new SequenceInputStream(new ByteArrayInputStream(bytes, 0, length), broken);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> LtxContent.read(file.key(), in))
                    .withMessage("the line is dead");
        }
    }

    private static void refuses(LtxBytes file, long offset, String problem) {
        refuses(file.key(), file.bytes(), offset, problem);
    }

    private static void refuses(String key, byte[] bytes, long offset, String problem) {
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> LtxContent.read(key, bytes))
                .withMessageContaining(problem)
                .satisfies(e -> {
                    assertThat(e.damage().key()).isEqualTo(key);
                    assertThat(e.damage().offset()).hasValue(offset);
                    assertThat(e.damage().expected()).isPresent();
                    assertThat(e.damage().actual()).isPresent();
                });
    }

    private static byte[] smallSnapshot() {
        LtxBytes file = new LtxBytes(PAGE, 3, 1, 4).headerInt(4, 0);
        long database = 0;
        for (int number = 1; number <= 3; number++) {
            byte[] page = page(number, PAGE, number == 2);
            database ^= LtxBytes.pageCrc(number, page);
            if (number == 2) {
                file.frame(number, page);
            } else {
                file.block(number, page);
            }
        }
        return file.bytes(database | 1L << 63);
    }

    private static byte[] smallIncrement() {
        return new LtxBytes(PAGE, 300, 7, 9)
                .headerLong(48, 4152)
                .headerLong(56, 99)
                .headerLong(64, -5)
                .frame(2, page(2))
                .block(130, page(3))
                .bytes();
    }

    private static String keyOf(byte[] file) {
        ByteBuffer fields = ByteBuffer.wrap(file);
        return "ltx/0/" + new LtxFileName(fields.getLong(16), fields.getLong(24));
    }

    private static LtxReader reader(String key, byte[] file) throws IOException {
        return new LtxReader(key, new ByteArrayInputStream(file), LtxContent.COMPRESSION);
    }

    private static byte[] page(int seed) {
        return page(seed, PAGE, true);
    }

    private static byte[] page(int seed, int pageSize, boolean compressible) {
        byte[] page = new byte[pageSize];
        Random random = new Random(seed);
        if (compressible) {
            random.nextBytes(page);
            Arrays.fill(page, 60, pageSize, (byte) seed);
        } else {
            random.nextBytes(page);
        }
        return page;
    }
}
