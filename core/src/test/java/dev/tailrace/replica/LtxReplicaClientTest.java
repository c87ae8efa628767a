// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.fixture.FaultyStore;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LtxReplicaClientTest {

    private final MemoryStore store = new MemoryStore();
    private final FaultyStore faulty = new FaultyStore(store);
    private final LtxReplicaClient client =
            LtxReplicaClient.over("memory", faulty, RetryPolicy.NEVER, LtxTree.LTX_FOLDER);

    private LtxFileInfo write(int level, long min, long max, int... content) throws IOException {
        byte[] bytes = new byte[content.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) content[i];
        }
        return client.writeFile(level, new Txid(min), new Txid(max), ObjectSource.of(bytes), PutOptions.NONE);
    }

    private List<LtxFileInfo> files(ReplicaIterator<LtxFileInfo> listing) throws IOException {
        List<LtxFileInfo> files = new ArrayList<>();
        try (listing) {
            while (listing.hasNext()) {
                files.add(listing.next());
            }
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(listing::next);
        }
        return files;
    }

    @Test
    void tellsAndOpensWhatItHasWritten() throws IOException {
        LtxFileInfo file = write(2, 3, 4, 7, 8, 9);

        assertThat(file.key()).isEqualTo("ltx/2/0000000000000003-0000000000000004.ltx");
        assertThat(file.size()).isEqualTo(3);
        assertThat(client.file(2, new Txid(3), new Txid(4))).isEqualTo(file);
        try (var bytes = client.openFile(file)) {
            assertThat(bytes.readAllBytes()).containsExactly(7, 8, 9);
        }
        assertThatExceptionOfType(ObjectMissingException.class)
                .isThrownBy(() -> client.file(1, new Txid(3), new Txid(4)))
                .satisfies(e -> assertThat(e.key()).isEqualTo("ltx/1/0000000000000003-0000000000000004.ltx"));
    }

    @Test
    void listsALevelFromATransactionOn() throws IOException {
        LtxFileInfo first = write(0, 1, 1);
        LtxFileInfo second = write(0, 2, 2);
        LtxFileInfo longer = write(0, 2, 3);
        write(1, 1, 3);
        store.put("ltx/0/readme", new byte[1]);

        assertThat(files(client.files(0))).containsExactly(first, second, longer);
        assertThat(files(client.files(0, new Txid(2)))).containsExactly(second, longer);
        assertThat(files(client.files(0, new Txid(3)))).isEmpty();
        assertThat(store.openStreams()).isZero();
    }

    @Test
    void deletesTheFilesGivenAndNoOther() throws IOException {
        LtxFileInfo first = write(0, 1, 1);
        LtxFileInfo second = write(0, 2, 2);

        client.deleteFiles(List.of(first));
        assertThat(files(client.files(0))).containsExactly(second);
        faulty.failAt("delete", new StoreAccessException("denied", "memory://test", null));
        assertThatExceptionOfType(StoreAccessException.class)
                .isThrownBy(() -> client.deleteFiles(List.of(second)))
                .withMessage("cannot delete 1 LTX files: denied");
    }

    @Test
    void transactionsAreReadAsTheyAreWritten() {
        for (long value : new long[] {1, 0xab, Long.MAX_VALUE}) {
            Txid txid = new Txid(value);
            assertThat(Txid.parse(txid.toString())).isEqualTo(txid).hasSameHashCodeAs(txid);
        }
        assertThat(new Txid(0xab)).hasToString("00000000000000ab").isNotEqualTo(new Txid(0xac));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "000000000000001",
                "00000000000000001",
                "0000000000000000",
                "8000000000000000",
                "00000000000000AB"
            })
    void refusesWhatIsNoTransaction(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Txid.parse(text))
                .withMessageStartingWith("no transaction number: \"" + text + "\"");
        assertThatIllegalArgumentException().isThrownBy(() -> new Txid(0));
    }
}
