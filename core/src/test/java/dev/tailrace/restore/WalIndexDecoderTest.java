// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.TailraceException;
import dev.tailrace.fixture.LzFrames;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.TestCompression;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WalIndexDecoderTest {

    private static final int PAGE = 1024;

    private static WalBytes wal(int frames, int version) {
        WalBytes wal = WalBytes.ofIndex(PAGE, 0);
        Random random = new Random(frames);
        for (int i = 0; i < frames; i++) {
            int page = 1 + random.nextInt(200);
            wal.frame(page, ReplicaBytes.page(PAGE, page, version + i), i % 3 == 2 || i + 1 == frames ? 200 : 0);
        }
        return wal;
    }

    private static Map<Long, byte[]> decode(ReplicaBytes replica, int maxWindow, Runnable between) throws IOException {
        RestorePlan plan = Restorer.of(replica.client()).plan();
        ObjectReads reads = ObjectReads.of(plan, replica.client(), RestoreOptions.defaults());
        WalIndexDecoder decoder = new WalIndexDecoder(reads, new TestCompression(), new Turns(), maxWindow);
        WalIndex index = plan.walIndexes().get(0);
        decoder.decode(index);
        FrameList frames = decoder.frames();
        BitSet chosen = new BitSet();
        BitSet seen = new BitSet();
        for (int i = frames.size() - 1; i >= 0; i--) {
            if (!seen.get((int) frames.page(i))) {
                seen.set((int) frames.page(i));
                chosen.set(i);
            }
        }
        between.run();
        Map<Long, byte[]> pages = new TreeMap<>();
        decoder.write(
                index,
                chosen,
                (frame, page, bytes, offset) -> assertThat(
                                pages.put(page, Arrays.copyOfRange(bytes, offset, offset + PAGE)))
                        .isNull());
        assertThat(replica.store().openStreams()).isZero();
        return pages;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 3000, 100_000, 300_000, WalIndexDecoder.DEFAULT_WINDOW})
    void givesTheSamePagesThroughAWindowOfAnySize(int window) throws IOException {
        byte[] wal = wal(500, 0).bytes();
        ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT)
                .framed(LzFrames.SMALL.withSizeCode(4)::of)
                .snapshot(0, new byte[1])
                .wal(0, wal, 33, 5000, 5001, 300_000);

        Map<Long, byte[]> pages = decode(replica, window, () -> {});

        byte[] expected = wal(500, 0).appliedTo(new byte[200 * PAGE]);
        pages.forEach((page, bytes) -> assertThat(bytes)
                .isEqualTo(Arrays.copyOfRange(expected, (page.intValue() - 1) * PAGE, page.intValue() * PAGE)));
        boolean fits = window > wal.length + (1 << 16);
        assertThat(replica.store().opened().values())
                .allSatisfy(times -> assertThat(times.get()).isEqualTo(fits ? 1 : 2));
    }

    @Test
    void noticesThatAnIndexIsAnotherOneTheSecondTime() {
        for (WalBytes other : new WalBytes[] {wal(499, 0), wal(300, 0), wal(500, 9), WalBytes.ofIndex(PAGE, 1)}) {
            ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT)
                    .framed(LzFrames.SMALL::of)
                    .snapshot(0, new byte[1])
                    .wal(0, wal(500, 0).bytes());
            replica.store().withoutVersions();
            assertThatThrownBy(() -> decode(replica, 3000, () -> replica.wal(0, other.bytes())))
                    .isInstanceOf(TailraceException.class);
        }
    }
}
