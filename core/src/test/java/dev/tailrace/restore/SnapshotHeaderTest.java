// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.fixture.ReplicaBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotHeaderTest {

    private static final long MOST_PAGES = 0xfffffffeL;

    private final SnapshotHeader header = new SnapshotHeader("snapshot");

    private SnapshotHeader whole(byte[] page) {
        assertThat(header.accept(page, 0, page.length)).isTrue();
        return header;
    }

    @Test
    void isGatheredFromPiecesAndBecomesWholeOnce() throws DamagedReplicaException {
        byte[] bytes = new byte[1100];
        System.arraycopy(ReplicaBytes.page(1024, 1, 1), 0, bytes, 50, 1024);

        assertThat(header.accept(bytes, 50, 17)).isFalse();
        assertThat(header.accept(bytes, 67, 82)).isFalse();
        assertThat(header.isWhole()).isFalse();
        assertThat(header.accept(bytes, 149, 900)).isTrue();
        assertThat(header.isWhole()).isTrue();
        assertThat(header.accept(bytes, 0, 50)).isFalse();
        assertThat(header.pageSize()).isEqualTo(1024);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096, 32768, 65536})
    void givesEachPageSizeThereIs(int pageSize) throws DamagedReplicaException {
        assertThat(whole(ReplicaBytes.page(pageSize, 1, 1)).pageSize()).isEqualTo(pageSize);
    }

    @Test
    void showsWhatStandsWhereADatabaseBegins() {
        byte[] bytes = ReplicaBytes.page(512, 1, 1);
        byte[] other = {'S', 'Q', 'L', ' ', '~', 127, -1, '\n', 'x', 'x', 'x', 'x', 'x', 'x', 'y', 'z'};
        System.arraycopy(other, 0, bytes, 0, other.length);

        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(whole(bytes)::pageSize)
                .satisfies(e -> {
                    assertThat(e.damage().expected()).contains("\"SQLite format 3\"");
                    assertThat(e.damage().actual()).contains("\"SQL ~???xxxxxxy\"");
                    assertThat(e.damage().offset()).hasValue(3);
                });
    }

    @Test
    void countsAsManyPagesAsADatabaseCanHaveAndNoMore() throws DamagedReplicaException {
        whole(ReplicaBytes.page(512, 1, 1));

        assertThat(header.pages(3 * 512, 512)).isEqualTo(3);
        assertThat(header.pages(MOST_PAGES * 512, 512)).isEqualTo(MOST_PAGES);
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> header.pages((MOST_PAGES + 1) * 512, 512))
                .satisfies(e -> assertThat(e.damage().actual()).contains("4294967295"));
        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> header.pages(3 * 512 + 1, 512))
                .withMessageContaining("ends inside a page");
    }

    @Test
    void aSnapshotShorterThanTheHeaderIsNoDatabase() {
        byte[] bytes = ReplicaBytes.page(512, 1, 1);
        assertThat(header.accept(bytes, 0, 99)).isFalse();

        assertThatExceptionOfType(DamagedReplicaException.class)
                .isThrownBy(() -> header.pages(99, 512))
                .withMessageContaining("ends inside the database's header");
    }
}
