// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.Damage;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.TestCompression;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the indexes around one say of it, by their headers alone. */
class WalNeighboursTest {

    private static final int PAGE = 512;
    private static final int LAST = 10;

    /** An index whose salt says that it belongs where it stands; see {@link WalBytes#ofIndex}. */
    private static final int SALT = 1000 + LAST;

    private ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.NESTED);

    @AfterEach
    void leavesNoStream() {
        assertThat(replica.store().openStreams()).isZero();
    }

    private void index(int index, int sequence, int salt) {
        replica.wal(index, new WalBytes(PAGE, sequence, salt, 5, ByteOrder.BIG_ENDIAN).bytes());
    }

    private void belongs(int index) {
        replica.wal(index, WalBytes.ofIndex(PAGE, index).bytes());
    }

    private void foreign(int index) {
        index(index, 7, 5555);
    }

    private interface Change {
        void make();
    }

    private Optional<Damage> doubt() throws IOException {
        return doubt(() -> {});
    }

    /** What speaks against index 10 where something is changed after the listing. */
    private Optional<Damage> doubt(Change change) throws IOException {
        GenerationCatalog catalog = replica.client().catalog(ReplicaBytes.GENERATION);
        change.make();
        WalIndexDecoder decoder =
                new WalIndexDecoder(ObjectReads.oneByOne(replica.client()), new TestCompression(), new Turns());
        WalIndex last = new WalIndex(
                LAST,
                catalog.segments().stream()
                        .filter(segment -> segment.index() == LAST)
                        .toList());
        return new WalNeighbours(catalog, decoder).doubt(last);
    }

    @Test
    void nothingSpeaksAgainstAnIndexThatIsAlone() throws IOException {
        belongs(LAST);
        assertThat(doubt()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {-3, -2, -1, 1, 2, 3})
    void oneNearItConfirmsItWhateverTheOthersSay(int step) throws IOException {
        IntStream.rangeClosed(LAST - 4, LAST + 4).forEach(this::foreign);
        belongs(LAST);
        assertThat(doubt()).isPresent();
        belongs(LAST + step);
        assertThat(doubt()).isEmpty();
    }

    @Test
    void whatIsFurtherAwayIsNotAsked() throws IOException {
        IntStream.rangeClosed(LAST - 5, LAST + 5).forEach(this::belongs);
        foreign(LAST);
        assertThat(doubt()).isPresent();
        assertThat(replica.store().opened().keySet())
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(LAST - 3, LAST + 3)
                        .mapToObj(index -> replica.walKey(index, 0))
                        .toList());
    }

    @Test
    void theDoubtIsThatOfTheNearestAndSaysWhatItWouldHaveToBe() throws IOException {
        belongs(LAST);
        index(LAST - 2, 7, 0x222);
        index(LAST + 1, 7, 0x111);
        index(LAST + 2, 7, 0x333);
        Damage damage = doubt().orElseThrow();
        assertThat(damage.key()).isEqualTo(replica.walKey(LAST, 0));
        assertThat(damage.offset()).hasValue(16);
        assertThat(damage.problem()).startsWith("WAL index 10 does not fit index 11, and no index near them");
        assertThat(damage.expected()).contains("salt-1 00000110");
        assertThat(damage.actual()).contains(String.format("%08x", SALT));

        index(LAST - 1, 7, 0x444);
        damage = doubt().orElseThrow();
        assertThat(damage.problem()).startsWith("WAL index 10 does not fit index 9,");
        assertThat(damage.expected()).contains("salt-1 00000445");
    }

    /** There the WAL file may have been made anew, as its sequence tells that begins again at 0. */
    @Test
    void inTheFlatLayoutOtherSaltsAreRightWhereTheWalWasMadeAnewBetween() throws IOException {
        for (int step = 1; step <= 3; step++) {
            for (int sequence = 0; sequence <= 4; sequence++) {
                replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT);
                index(LAST, sequence, SALT);
                index(LAST - step, 9, 5555);
                assertThat(doubt().isPresent()).isEqualTo(sequence >= step);

                replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT);
                index(LAST, 9, SALT);
                index(LAST + step, sequence, 5555);
                assertThat(doubt().isPresent()).isEqualTo(sequence >= step);
            }
        }
        // The sequence has no sign.
        replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT);
        index(LAST, -1, SALT);
        index(LAST - 1, 9, 5555);
        assertThat(doubt()).isPresent();
    }

    @ParameterizedTest
    @EnumSource(ReplicaLayout.class)
    void ofTwoWithTheSameSaltsOneIsACopy(ReplicaLayout layout) throws IOException {
        replica = ReplicaBytes.in(layout);
        index(LAST, 0, SALT);
        index(LAST - 1, 0, SALT);
        assertThat(doubt()).isPresent();
    }

    @ParameterizedTest
    @EnumSource(
            value = ReplicaLayout.class,
            names = {"NESTED", "V04_BETA"})
    void inTheOtherLayoutsOtherSaltsAreNeverRight(ReplicaLayout layout) throws IOException {
        replica = ReplicaBytes.in(layout);
        index(LAST, 0, SALT);
        index(LAST - 1, 9, 5555);
        assertThat(doubt()).isPresent();
    }

    @Test
    void whatCannotBeReadSpeaksNeitherForItNorAgainst() throws IOException {
        belongs(LAST);
        String other = replica.walKey(LAST + 1, 0);
        foreign(LAST + 1);
        replica.store().put(other, "no frame".getBytes(StandardCharsets.US_ASCII));
        assertThat(doubt()).isEmpty();
        replica.store().put(other, "age-encryption.org/v1".getBytes(StandardCharsets.US_ASCII));
        assertThat(doubt()).isEmpty();
        foreign(LAST + 1);
        assertThat(doubt(() -> replica.store().remove(other))).isEmpty();
        foreign(LAST + 1);
        assertThat(doubt(() -> foreign(LAST + 1))).isEmpty();
        assertThat(doubt()).isPresent();
        // Whoever reads the plan finds out what is wrong with the index itself.
        assertThat(doubt(() -> replica.store().remove(replica.walKey(LAST, 0)))).isEmpty();
    }

    @Test
    void whatHasLostItsBeginningIsNotAsked() throws IOException {
        belongs(LAST);
        replica.segment(LAST + 1, 32, new byte[10]);
        assertThat(doubt()).isEmpty();
        assertThat(replica.store().opened()).containsOnlyKeys(replica.walKey(LAST, 0));
    }

    /** An index must not be left out, or kept, because the store did not answer. */
    @Test
    void aFailureOfTheStoreIsNoAnswer() throws IOException {
        belongs(LAST);
        foreign(LAST + 1);
        String other = replica.walKey(LAST + 1, 0);
        replica.store().hook((operation, key) -> {
            if (operation.equals("open") && key.equals(other)) {
                throw new StoreUnavailableException("marker", "memory://test", null);
            }
        });
        assertThatThrownBy(this::doubt).isInstanceOf(StoreUnavailableException.class);
    }
}
