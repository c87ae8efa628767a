// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.restore.FetchMemory.CHUNK;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Memory that is lent in chunks: never more than there may be, and all of a wish or nothing. */
class FetchMemoryTest {

    private final FetchMemory memory = new FetchMemory(3 * CHUNK + 1);

    @Test
    void givesAsManyChunksAsAreNeeded() {
        assertThat(memory.take(0)).hasValueSatisfying(none -> assertThat(none).isEmpty());
        assertThat(memory.take(1)).hasValueSatisfying(one -> assertThat(one).hasSize(1));
        assertThat(memory.take(CHUNK + 1))
                .hasValueSatisfying(two -> assertThat(two).hasSize(2).allSatisfy(chunk -> {
                    assertThat(chunk.isDirect()).isTrue();
                    assertThat(chunk.remaining()).isEqualTo(CHUNK);
                }));
    }

    @Test
    void givesNoMoreThanThereMayBe() {
        assertThat(memory.take(3 * CHUNK + 1)).isEmpty();
        assertThat(memory.take(1L << 40)).isEmpty();
        assertThat(memory.take(2 * CHUNK)).isPresent();
        assertThat(memory.take(2 * CHUNK)).isEmpty();
        assertThat(memory.take(CHUNK)).isPresent();
        assertThat(memory.take(1)).isEmpty();
    }

    @Test
    void lendsTheSameChunksAgainAndMakesNoneBesides() {
        List<ByteBuffer> chunks = memory.take(3 * CHUNK).orElseThrow();
        chunks.forEach(chunk -> chunk.position(7).limit(9));
        memory.giveBack(chunks);
        for (int i = 0; i < 2; i++) {
            List<ByteBuffer> again = memory.take(3 * CHUNK).orElseThrow();

            assertThat(again).allSatisfy(chunk -> {
                assertThat(chunks).anyMatch(one -> one == chunk);
                assertThat(chunk.position()).isZero();
                assertThat(chunk.limit()).isEqualTo(CHUNK);
            });
            assertThat(memory.take(1)).isEmpty();
            memory.giveBack(again);
        }
    }

    @Test
    void makesTheRestWhereSomeAreFree() {
        memory.giveBack(memory.take(CHUNK).orElseThrow());

        assertThat(memory.take(3 * CHUNK)).isPresent();
        assertThat(memory.take(1)).isEmpty();
    }
}
