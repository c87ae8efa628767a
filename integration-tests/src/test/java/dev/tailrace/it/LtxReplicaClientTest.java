// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaIterator;
import dev.tailrace.replica.Txid;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.testkit.CountingObjectStore;
import dev.tailrace.testkit.Fault;
import dev.tailrace.testkit.FaultInjectingObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LtxReplicaClientTest {

    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678Z");

    private final InMemoryObjectStore memory = new InMemoryObjectStore();
    private final CountingObjectStore store = new CountingObjectStore(memory);

    @AfterEach
    void leavesNothingOpen() {
        store.assertNothingOpen();
    }

    @ParameterizedTest
    @CsvSource({
        "LTX_FOLDER, 0, ltx/0/0000000000000001-00000000000000ff.ltx",
        "LTX_FOLDER, 9, ltx/9/0000000000000001-00000000000000ff.ltx",
        "LEVEL_FOLDERS, 0, 0000/0000000000000001-00000000000000ff.ltx",
        "LEVEL_FOLDERS, 9, 0009/0000000000000001-00000000000000ff.ltx",
        "LEVEL_FOLDERS_AFTER_SLASH, 3, /0003/0000000000000001-00000000000000ff.ltx"
    })
    void storesWhereLitestreamDoes(LtxTree tree, int level, String key) throws Exception {
        LtxReplicaClient client = client(tree);

        LtxFileInfo written = write(client, level, 1, 255);

        assertThat(memory.stat(key)).contains(written.object());
        assertThat(written.key()).isEqualTo(key);
        assertThat(written.createdAt()).isEqualTo(TIME);
        assertThat(written.size()).isEqualTo(3);
        assertThat(client.files(level).toList()).containsExactly(written);
        assertThat(client.file(level, new Txid(1), new Txid(255))).isEqualTo(written);
        try (ObjectStream in = client.openFile(written)) {
            assertThat(in.readAllBytes()).containsExactly(level, 1, -1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void listsOneLevelInOrderByOneRequest(LtxTree tree) throws Exception {
        LtxReplicaClient client = client(tree);
        for (long[] range : new long[][] {{16, 16}, {1, 1}, {2, 9}, {256, 300}, {2, 3}, {10, 15}}) {
            write(client, 4, range[0], range[1]);
        }
        write(client, 3, 1, 1);
        write(client, 5, 1, 1);
        store.resetCounts();

        assertThat(ranges(client.files(4).toList())).containsExactly("1-1", "2-3", "2-9", "a-f", "10-10", "100-12c");
        assertThat(store.lists()).hasSize(1).containsValue(1);
        assertThat(store.stats()).isEmpty();
        assertThat(store.folderLists()).isEmpty();
        assertThat(ranges(client.files(4, new Txid(2)).toList()))
                .containsExactly("2-3", "2-9", "a-f", "10-10", "100-12c");
        assertThat(ranges(client.files(4, new Txid(3)).toList())).containsExactly("a-f", "10-10", "100-12c");
        assertThat(client.files(4, new Txid(257)).toList()).isEmpty();
        assertThat(client.files(6).toList()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void passesOverWhatIsNoLtxFileOfTheLevel(LtxTree tree) throws Exception {
        LtxReplicaClient client = client(tree);
        LtxFileInfo file = write(client, 0, 1, 1);
        String folder = file.key().substring(0, file.key().lastIndexOf('/') + 1);
        for (String name : List.of(
                "0000000000000002-0000000000000002.ltx.tmp",
                "0000000000000002-0000000000000002.LTX",
                "000000000000000A-000000000000000A.ltx",
                "2-2.ltx",
                "0000000000000003-0000000000000002.ltx",
                "0000000000000000-0000000000000002.ltx",
                "8000000000000000-8000000000000000.ltx",
                "sub/0000000000000002-0000000000000002.ltx",
                "/0000000000000002-0000000000000002.ltx",
                "readme",
                ".DS_Store")) {
            memory.put(folder + name, ObjectSource.of(new byte[1]), PutOptions.NONE);
        }

        assertThat(client.files(0).toList()).containsExactly(file);
        try (ReplicaIterator<LtxFileInfo> files = client.files(0)) {
            files.next();
            assertThat(files.hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(files::next);
        }
    }

    @Test
    void findsTheTreesThatThereAre() throws Exception {
        memory.put("generations/0123456789abcdef/x", ObjectSource.of(new byte[1]), PutOptions.NONE);
        memory.put("ltx/readme", ObjectSource.of(new byte[1]), PutOptions.NONE);
        memory.put("000a/x", ObjectSource.of(new byte[1]), PutOptions.NONE);
        assertThat(LtxTree.in(memory)).isEmpty();
        for (LtxTree tree : LtxTree.values()) {
            InMemoryObjectStore one = new InMemoryObjectStore();
            write(LtxReplicaClient.over("memory", one, RetryPolicy.NEVER, tree), 9, 1, 4);
            assertThat(LtxTree.in(one)).containsExactly(tree);
            write(LtxReplicaClient.over("memory", memory, RetryPolicy.NEVER, tree), 2, 1, 4);
        }
        assertThat(LtxTree.in(memory)).containsExactly(LtxTree.values());
        store.resetCounts();
        LtxTree.in(store);
        assertThat(store.lists()).isEmpty();
        assertThat(store.folderLists()).isEqualTo(Map.of("", 1, "ltx/", 1, "/", 1));
    }

    @Test
    void saysWhichFileIsMissing() throws Exception {
        LtxReplicaClient client = client(LtxTree.LTX_FOLDER);
        LtxFileInfo file = write(client, 1, 2, 3);
        client.deleteFiles(List.of(file));

        assertThatExceptionOfType(ObjectMissingException.class)
                .isThrownBy(() -> client.openFile(file).close())
                .satisfies(e -> assertThat(e.key()).isEqualTo(file.key()));
        assertThatExceptionOfType(ObjectMissingException.class)
                .isThrownBy(() -> client.file(1, new Txid(2), new Txid(3)))
                .satisfies(e -> assertThat(e.key()).isEqualTo(file.key()));
    }

    @Test
    void opensOnlyTheVersionThatWasListed() throws Exception {
        LtxReplicaClient client = client(LtxTree.LTX_FOLDER);
        LtxFileInfo file = write(client, 1, 2, 3);
        write(client, 1, 2, 3);

        assertThatExceptionOfType(ObjectChangedException.class)
                .isThrownBy(() -> client.openFile(file).close());
        assertThatExceptionOfType(ObjectChangedException.class)
                .isThrownBy(() -> client.writeFile(
                        1, new Txid(2), new Txid(3), ObjectSource.of(new byte[1]), PutOptions.NONE.ifAbsent()));
    }

    @Test
    void deletesInBatchesInTheOrderGiven() throws Exception {
        LtxReplicaClient client = client(LtxTree.LEVEL_FOLDERS);
        List<LtxFileInfo> files = new ArrayList<>();
        for (long txid = 1; txid <= 1_500; txid++) {
            files.add(write(client, 0, txid, txid));
        }
        LtxFileInfo kept = write(client, 1, 1, 1_500);

        client.deleteFiles(files);
        client.deleteFiles(files);
        client.deleteFiles(List.of());

        assertThat(client.files(0).toList()).isEmpty();
        assertThat(client.files(1).toList()).containsExactly(kept);
        FaultInjectingObjectStore broken =
                new FaultInjectingObjectStore(memory, Fault.of(Fault.Call.DELETE, 1, new Fault.Effect.Unavailable()));
        LtxReplicaClient failing = LtxReplicaClient.over("memory", broken, RetryPolicy.NEVER, LtxTree.LEVEL_FOLDERS);
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> failing.deleteFiles(files))
                .withMessageContaining("cannot delete 1500 LTX files")
                .withMessageContaining(files.get(1_000).key());
    }

    @Test
    void readsOnAfterALostConnection() throws Exception {
        byte[] bytes = new byte[100_000];
        LtxTree tree = LtxTree.LTX_FOLDER;
        client(tree).writeFile(0, new Txid(1), new Txid(1), ObjectSource.of(bytes), PutOptions.NONE);
        FaultInjectingObjectStore broken = new FaultInjectingObjectStore(
                memory, Fault.within(Fault.Call.OPEN, 1, 50_000, new Fault.Effect.Unavailable()));
        RetryPolicy retries = new RetryPolicy(Duration.ofSeconds(9), Duration.ofMillis(1), Duration.ofMillis(1));
        LtxReplicaClient client = LtxReplicaClient.over("memory", broken, retries, tree);

        try (ObjectStream in = client.openFile(client.files(0).toList().get(0))) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(broken.happened()).isEqualTo(1);
        broken.assertNothingOpen();
    }

    @Test
    void closesItsStore() throws Exception {
        LtxReplicaClient client = client(LtxTree.LTX_FOLDER);
        LtxFileInfo file = write(client, 1, 2, 3);
        client.close();

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> client.files(0));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> client.openFile(file));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 10, 256})
    void knowsLevels0To9(int level) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client(LtxTree.LTX_FOLDER).files(level));
        assertThatIllegalArgumentException().isThrownBy(() -> write(client(LtxTree.LEVEL_FOLDERS), level, 1, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "000000000000000",
                "0000000000000000",
                "00000000000000001",
                "000000000000000A",
                "8000000000000000",
                "+000000000000001",
                " 000000000000001"
            })
    void refusesWhatIsNoTransactionNumber(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Txid.parse(text))
                .withMessageContaining("\"" + text + "\"");
    }

    @Test
    void readsTheTransactionNumbersItWrites() {
        assertThat(new Txid(0xabc)).hasToString("0000000000000abc");
        assertThat(Txid.parse("0000000000000abc")).isEqualTo(new Txid(0xabc));
        assertThat(Txid.parse("7fffffffffffffff")).isEqualTo(new Txid(Long.MAX_VALUE));
        assertThat(new Txid(2)).isGreaterThan(new Txid(1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Txid(0));
    }

    private LtxReplicaClient client(LtxTree tree) {
        return LtxReplicaClient.over("memory", store, RetryPolicy.NEVER, tree);
    }

    private static LtxFileInfo write(LtxReplicaClient client, int level, long min, long max) throws IOException {
        byte[] bytes = {(byte) level, (byte) min, (byte) max};
        return client.writeFile(
                level, new Txid(min), new Txid(max), ObjectSource.of(bytes), PutOptions.NONE.recordedAt(TIME));
    }

    private static List<String> ranges(List<LtxFileInfo> files) {
        return files.stream()
                .map(file -> Long.toHexString(file.minTxid().value()) + "-"
                        + Long.toHexString(file.maxTxid().value()))
                .toList();
    }
}
