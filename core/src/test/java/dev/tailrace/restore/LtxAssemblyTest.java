// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.fixture.LtxStore;
import dev.tailrace.ltx.LtxHeader;
import dev.tailrace.ltx.LtxTrailer;
import dev.tailrace.ltx.LtxWalRange;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.store.ObjectInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LtxAssemblyTest {

    private static final int LOCK_PAGE_OF_64K = 16385;

    private static LtxFileInfo file(int level, long min, long max, long size) {
        ObjectInfo object =
                new ObjectInfo(LtxStore.key(level, min, max), size, Instant.EPOCH, Optional.empty(), Optional.empty());
        return LtxFileInfo.of(LtxTree.LTX_FOLDER, level, object).orElseThrow();
    }

    private static LtxAssembly assembly(LtxFileInfo... files) {
        return new LtxAssembly(new LtxRestorePlan(
                "memory:",
                LtxTree.LTX_FOLDER,
                List.of(files),
                RestoreTarget.latest(),
                Instant.EPOCH,
                Optional.empty(),
                List.of(),
                List.of()));
    }

    private static LtxHeader header(int pageSize, long commit) {
        return LtxHeader.of(pageSize, commit, 1, 1, Instant.EPOCH);
    }

    @Test
    void allowsAsManyPagesAsTheStoredBytesCanDecodeToAndNoMore() {
        LtxFileInfo file = file(9, 1, 1, 1024);
        // Two pages of 512 bytes and a part of one more, 255 times as large when decoded, and one that is never stored.
        long most = 3 * 255 + 1;

        assertThatCode(() -> assembly(file).begin(file, header(512, most))).doesNotThrowAnyException();
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> assembly(file).begin(file, header(512, most + 1)))
                .satisfies(e -> {
                    assertThat(e.damage().key()).isEqualTo(file.key());
                    assertThat(e.damage().expected()).contains("at most 766");
                    assertThat(e.damage().actual()).contains("767");
                });
    }

    @Test
    void nobodyNeedsToHaveTheLockPage() throws Exception {
        LtxFileInfo file = file(9, 1, 1, 8 << 20);
        for (int size : new int[] {LOCK_PAGE_OF_64K - 1, LOCK_PAGE_OF_64K, LOCK_PAGE_OF_64K + 1}) {
            for (int absent : new int[] {0, 1, LOCK_PAGE_OF_64K - 1, LOCK_PAGE_OF_64K + 1}) {
                LtxAssembly assembly = assembly(file);
                assembly.begin(file, header(65536, size));
                for (int page = 1; page <= size; page++) {
                    if (page != LOCK_PAGE_OF_64K && page != absent) {
                        assertThat(assembly.take(page)).isTrue();
                    }
                }

                if (absent == 0 || absent > size) {
                    assertThatCode(assembly::complete).as("%d pages", size).doesNotThrowAnyException();
                } else {
                    assertThatExceptionOfType(DamagedReplicaException.class)
                            .isThrownBy(assembly::complete)
                            .withMessageContaining("page " + absent + " of the database is in no file");
                }
            }
        }
    }

    @Test
    void givesAPageOutOnceAndNoneAboveTheSmallestSize() throws Exception {
        LtxFileInfo older = file(9, 1, 1, 4096);
        LtxFileInfo newer = file(0, 2, 2, 4096);
        LtxAssembly assembly = assembly(older, newer);

        assembly.begin(newer, header(512, 4));
        assertThat(assembly.take(4)).isTrue();
        assertThat(assembly.take(5)).isFalse();
        assembly.begin(older, header(512, 9));
        assertThat(assembly.take(4)).isFalse();
        assertThat(assembly.take(3)).isTrue();
        assertThat(assembly.take(9)).isFalse();
        assertThat(assembly.pageCount()).isEqualTo(4);
    }

    @Test
    void namesBothChecksumsWhereTheNewerFileWasMadeFromAnotherDatabase() throws Exception {
        LtxFileInfo older = file(9, 1, 1, 4096);
        LtxFileInfo newer = file(0, 2, 2, 4096);
        LtxAssembly assembly = assembly(older, newer);
        long before = 1L << 63 | 0xa1;
        long left = 1L << 63 | 0xb2;
        assembly.proved(
                newer,
                new LtxHeader(true, 512, 1, 2, 2, Instant.EPOCH, before, LtxWalRange.NONE, 0),
                new LtxTrailer(1L << 63, 1L << 63));

        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> assembly.proved(
                        older,
                        new LtxHeader(true, 512, 1, 1, 1, Instant.EPOCH, 0, LtxWalRange.NONE, 0),
                        new LtxTrailer(left, 1L << 63)))
                .satisfies(e -> {
                    assertThat(e.damage().key()).isEqualTo(newer.key());
                    assertThat(e.damage().expected()).contains("80000000000000b2");
                    assertThat(e.damage().actual()).contains("80000000000000a1");
                });
    }
}
