// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.store.ObjectInfo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An object in pieces, and the bytes of a piece in chunks: none is lost, and none comes twice. */
class FetchedPieceTest {

    private static final int RANGE = 1 << 20;
    private static final FetchLimits LIMITS = new FetchLimits(4, 2, RANGE, 8 << 20);

    private static ObjectInfo info(int size) {
        return new MemoryStore().put("key", new byte[size]).stat("key").orElseThrow();
    }

    private static FetchedPiece piece(int from, long to, int size) {
        return new FetchedPiece(info(size), from, to, true);
    }

    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i + 1);
        }
        return bytes;
    }

    private static List<ByteBuffer> chunks(int... sizes) {
        return IntStream.of(sizes).mapToObj(ByteBuffer::allocate).toList();
    }

    private static byte[] filled(FetchedPiece piece) {
        ByteBuffer all = ByteBuffer.allocate(100);
        piece.chunks().forEach(all::put);
        return Arrays.copyOf(all.array(), all.position());
    }

    private static void fill(FetchedPiece piece, byte[] bytes, int buffer) throws IOException {
        RangeArrival arrival = new RangeArrival(piece.size(), () -> 0, () -> {});
        piece.fill(new ByteArrayInputStream(bytes), new byte[buffer], arrival, "memory");
    }

    @Test
    void bytesGoOverAllChunksWhateverComesAtOnce() throws IOException {
        for (int buffer = 1; buffer < 12; buffer++) {
            for (int length = 0; length <= 10; length++) {
                FetchedPiece piece = piece(0, Long.MAX_VALUE, 10);
                List<ByteBuffer> memory = chunks(4, 4, 4);
                // As lent by somebody who had used it.
                memory.forEach(chunk -> chunk.position(3));
                piece.reserve(memory);
                fill(piece, counting(length), buffer);

                assertThat(filled(piece)).isEqualTo(counting(length));
            }
        }
    }

    @Test
    void aPieceThatJustFitsItsChunksIsTaken() throws IOException {
        FetchedPiece piece = piece(0, 8, 8);
        piece.reserve(chunks(4, 4));
        fill(piece, counting(8), 3);

        assertThat(filled(piece)).isEqualTo(counting(8));
    }

    @Test
    void moreThanWasListedIsAnObjectThatHasChanged() {
        FetchedPiece piece = piece(2, Long.MAX_VALUE, 10);
        piece.reserve(chunks(16));

        assertThat(piece.size()).isEqualTo(8);
        assertThatThrownBy(() -> fill(piece, counting(9), 4))
                .isInstanceOf(ObjectChangedException.class)
                .hasMessage("object changed: key in memory, expected 10 bytes, as listed, found more");
    }

    @Test
    void tellsOfWhatHasComeAsItComes() throws IOException {
        FetchedPiece piece = piece(0, 8, 8);
        piece.reserve(chunks(8));
        List<String> told = new ArrayList<>();
        // The clock stands, so that the rest takes no time once half has come.
        RangeArrival arrival = new RangeArrival(
                8, () -> 0, () -> told.add("at " + piece.chunks().get(0).position()));
        piece.fill(new ByteArrayInputStream(counting(8)), new byte[2], arrival, "memory");

        assertThat(told).containsExactly("at 2");
    }

    @Test
    void memoryIsHeldUntilItIsReleased() {
        FetchedPiece piece = piece(0, 8, 8);
        assertThat(piece.isAhead()).isFalse();
        List<ByteBuffer> memory = chunks(8);
        piece.reserve(memory);

        assertThat(piece.isAhead()).isTrue();
        assertThat(piece.chunks()).isSameAs(memory);
        assertThat(piece.release()).isSameAs(memory);
        assertThat(piece.chunks()).isEmpty();
        assertThat(piece.release()).isEmpty();
    }

    @Test
    void nobodyWaitsForAPieceThatHasFailedAndAnOpenOneTellsOfItWhenItIsRead() {
        IOException broken = new IOException("broken");
        FetchedPiece never = piece(0, 8, 8);
        assertThat(never.isOpened()).isFalse();
        assertThat(never.isEnded()).isFalse();
        never.failed(broken);
        assertThat(never.isOpened()).isTrue();
        assertThat(never.isEnded()).isTrue();
        assertThat(never.failureToOpen()).isSameAs(broken);
        assertThat(never.failure()).isSameAs(broken);

        FetchedPiece opened = piece(0, 8, 8);
        opened.opened();
        assertThat(opened.isOpened()).isTrue();
        assertThat(opened.isEnded()).isFalse();
        opened.failed(broken);
        assertThat(opened.isEnded()).isTrue();
        assertThat(opened.failureToOpen()).isNull();
        assertThat(opened.failure()).isSameAs(broken);

        FetchedPiece arrived = piece(0, 8, 8);
        arrived.opened();
        arrived.arrived();
        assertThat(arrived.isOpened()).isTrue();
        assertThat(arrived.isEnded()).isTrue();
        // As where a stream cannot be closed after its last byte.
        arrived.failed(broken);
        assertThat(arrived.failure()).isNull();
        assertThat(arrived.failureToOpen()).isNull();
    }

    @Test
    void aRangeMakesWayOnceAndAWholeObjectNever() {
        FetchedPiece range = piece(0, 8, 8);
        assertThat(range.range()).isTrue();
        assertThat(range.makesWay()).isTrue();
        assertThat(range.makesWay()).isFalse();
        assertThat(range.range()).isTrue();
        FetchedPiece whole = new FetchedPiece(info(8), 0, Long.MAX_VALUE, false);
        assertThat(whole.range()).isFalse();
        assertThat(whole.makesWay()).isFalse();
    }

    @Test
    void aPieceThatIsNotWantedSaysSo() {
        FetchedPiece piece = piece(0, 8, 8);
        assertThat(piece.unwanted()).isFalse();
        piece.discard();
        assertThat(piece.unwanted()).isTrue();
    }

    @Test
    void piecesOfAnObjectFollowOneAnotherAndTheLastGoesToTheEnd() {
        for (int size : new int[] {0, 1, RANGE - 1, RANGE, RANGE + 1, 2 * RANGE, 5 * RANGE + 3}) {
            FetchedObject object = new FetchedObject(info(size), LIMITS);
            assertThat(object.isLarge()).isEqualTo(size > RANGE);
            long at = 0;
            int pieces = 0;
            while (!object.allGiven()) {
                long expected = object.nextSize();
                FetchedPiece piece = object.give();
                pieces++;
                assertThat(piece.object()).isSameAs(object.info());
                assertThat(piece.from()).isEqualTo(at);
                assertThat(piece.size()).isEqualTo(expected).isLessThanOrEqualTo(RANGE);
                assertThat(piece.range()).isEqualTo(size > RANGE);
                at += piece.size();
                assertThat(piece.to()).isEqualTo(at == size ? Long.MAX_VALUE : at);
            }
            assertThat(at).isEqualTo(size);
            assertThat(pieces).isEqualTo(Math.max(1, (size + RANGE - 1) / RANGE));
        }
    }

    @Test
    void anObjectThatHasEndedGivesNoMore() {
        FetchedObject object = new FetchedObject(info(3 * RANGE), LIMITS);
        assertThat(object.take()).isEmpty();
        FetchedPiece first = object.give();
        FetchedPiece second = object.give();
        object.pieces().add(first);
        object.pieces().add(second);
        assertThat(object.allGiven()).isFalse();
        object.end();
        assertThat(object.allGiven()).isTrue();
        assertThat(object.take()).containsSame(first);
        assertThat(object.take()).containsSame(second);
        assertThat(object.take()).isEmpty();
    }
}
