// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.fixture.LzFrames;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.TestCompression;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.wal.WalHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WalIndexDecoderTest {

    private static final int PAGE = 1024;

    private final ReplicaBytes replica =
            ReplicaBytes.in(ReplicaLayout.V03_FLAT).framed(LzFrames.SMALL::of).snapshot(0, new byte[1]);

    private static WalBytes wal(int frames, int version) {
        WalBytes wal = WalBytes.ofIndex(PAGE, 0);
        Random random = new Random(frames);
        for (int i = 0; i < frames; i++) {
            int page = 1 + random.nextInt(200);
            wal.frame(page, ReplicaBytes.page(PAGE, page, version + i), i % 3 == 2 || i + 1 == frames ? 200 : 0);
        }
        return wal;
    }

    private static WalIndexDecoder decoder(ReplicaBytes replica, RestorePlan plan, int maxWindow) {
        ObjectReads reads = ObjectReads.of(plan, replica.client(), RestoreOptions.defaults());
        return new WalIndexDecoder(reads, new TestCompression(), new Turns(), maxWindow);
    }

    private static Map<Long, byte[]> decode(ReplicaBytes replica, int maxWindow, Runnable between) throws IOException {
        RestorePlan plan = Restorer.of(replica.client()).plan();
        WalIndexDecoder decoder = decoder(replica, plan, maxWindow);
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
        assertThat(pages).hasSize(chosen.cardinality());
        assertThat(replica.store().openStreams()).isZero();
        return pages;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 3000, 100_000, 300_000, WalIndexDecoder.DEFAULT_WINDOW})
    void givesTheSamePagesThroughAWindowOfAnySize(int window) throws IOException {
        byte[] wal = wal(500, 0).bytes();
        replica.framed(LzFrames.SMALL.withSizeCode(4)::of).wal(0, wal, 33, 5000, 5001, 300_000);

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
            replica.wal(0, wal(500, 0).bytes()).store().withoutVersions();
            assertThatThrownBy(() -> decode(replica, 3000, () -> replica.wal(0, other.bytes())))
                    .isInstanceOf(TailraceException.class);
        }
    }

    private WalIndexDecoder decoder(int maxWindow) throws IOException {
        return decoder(replica, Restorer.of(replica.client()).plan(), maxWindow);
    }

    private WalIndex index(int number) throws IOException {
        return Restorer.of(replica.client()).plan().walIndexes().get(number);
    }

    private DamagedReplicaException refused() throws IOException {
        WalIndexDecoder decoder = decoder(WalIndexDecoder.DEFAULT_WINDOW);
        WalIndex index = index(0);
        return assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> decoder.decode(index))
                .actual();
    }

    @Test
    void showsEachFrameInItsOrderAsItIsProved() throws IOException {
        WalBytes wal = WalBytes.ofIndex(PAGE, 0);
        int[] pages = {7, 3, 7, 200, 1};
        for (int i = 0; i < pages.length; i++) {
            wal.frame(pages[i], ReplicaBytes.page(PAGE, pages[i], i), i == 3 ? 200 : 0);
        }
        replica.wal(0, wal.bytes(), 2000);
        List<Integer> seen = new ArrayList<>();

        decoder(1).decode(index(0), (frame, page, bytes, offset) -> {
            assertThat(frame).isEqualTo(seen.size());
            assertThat(page).isEqualTo(pages[frame]);
            assertThat(Arrays.copyOfRange(bytes, offset, offset + PAGE))
                    .isEqualTo(ReplicaBytes.page(PAGE, pages[frame], frame));
            seen.add(frame);
        });

        assertThat(seen).hasSize(pages.length);
    }

    @Test
    void givesThePagesInTheOrderOfTheFile() throws IOException {
        replica.wal(0, wal(500, 0).bytes());
        WalIndexDecoder decoder = decoder(WalIndexDecoder.DEFAULT_WINDOW);
        decoder.decode(index(0));
        BitSet chosen = new BitSet();
        chosen.set(0, 50);
        List<Long> pages = new ArrayList<>();

        decoder.write(index(0), chosen, (frame, page, bytes, offset) -> pages.add(page));

        assertThat(pages).hasSize(50).isSorted();
    }

    @Test
    void saysHowManyFramesAreOpenWhereAnotherIndexFollows() throws IOException {
        WalBytes open = WalBytes.ofIndex(PAGE, 0)
                .frame(1, ReplicaBytes.page(PAGE, 1, 0), 1)
                .frame(2, ReplicaBytes.page(PAGE, 2, 0), 0)
                .frame(3, ReplicaBytes.page(PAGE, 3, 0), 0);
        replica.wal(0, open.bytes()).wal(1, WalBytes.ofIndex(PAGE, 1).bytes());

        Damage damage = refused().damage();

        assertThat(damage.offset()).hasValue(32 + 24 + PAGE);
        assertThat(damage.actual()).contains("2 open frames");
    }

    @Test
    void aHeaderAloneIsAnIndexAndLessIsNone() throws IOException {
        byte[] header = WalBytes.ofIndex(PAGE, 0).bytes();
        replica.wal(0, header);
        WalIndexDecoder decoder = decoder(WalIndexDecoder.DEFAULT_WINDOW);
        assertThat(decoder.decode(index(0)).pageSize()).isEqualTo(PAGE);
        assertThat(decoder.provedHeader()).isPresent();
        assertThat(decoder.frames().size()).isZero();

        replica.wal(0, Arrays.copyOf(header, 31));
        assertThat(refused()).hasMessageContaining("WAL index ends inside its header");
    }

    @Test
    void theHeaderIsKnownWhereTheFramesBehindItAreDamaged() throws IOException {
        byte[] bytes = wal(2, 0).bytes();
        replica.wal(0, Arrays.copyOf(bytes, bytes.length - 100));
        WalIndexDecoder decoder = decoder(WalIndexDecoder.DEFAULT_WINDOW);
        WalIndex index = index(0);

        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> decoder.decode(index))
                .withMessageContaining("found " + (24 + PAGE - 100));
        assertThat(decoder.provedHeader()).map(WalHeader::pageSize).hasValue(PAGE);

        replica.wal(0, bytes);
        decoder.decode(index(0));
        assertThat(decoder.frames().size()).isEqualTo(2);
        decoder.header(index(0));
        assertThat(decoder.frames().size()).isZero();
    }

    @Test
    void theEndOfEachObjectIsProvedToo() throws IOException {
        replica.wal(0, wal(9, 0).bytes());
        byte[] object = replica.store().get(replica.walKey(0, 0));
        byte[] other = object.clone();
        other[other.length - 1] ^= 1;
        for (byte[] damaged : new byte[][] {other, Arrays.copyOf(object, object.length - 1)}) {
            replica.store().put(replica.walKey(0, 0), damaged);
            assertThat(refused().damage().key()).isEqualTo(replica.walKey(0, 0));
        }
    }

    @Test
    void saysWhereASegmentEndsThatDoesNotReachToTheNext() throws IOException {
        byte[] bytes = wal(9, 0).bytes();
        replica.segment(0, 0, Arrays.copyOf(bytes, 3000))
                .segment(0, 3000, Arrays.copyOfRange(bytes, 3000, 5000))
                .segment(0, 6000, Arrays.copyOfRange(bytes, 6000, bytes.length));

        Damage damage = refused().damage();

        assertThat(damage.offset()).hasValue(5000);
        assertThat(damage.expected()).contains("3000 bytes");
        assertThat(damage.actual()).contains("2000");
    }
}
