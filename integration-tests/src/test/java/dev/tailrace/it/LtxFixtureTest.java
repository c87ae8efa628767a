// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.ltx.LtxHeader;
import dev.tailrace.ltx.LtxPage;
import dev.tailrace.ltx.LtxPageEncoding;
import dev.tailrace.ltx.LtxReader;
import dev.tailrace.ltx.LtxWriter;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.Txid;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProviders;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.testkit.ExpectedRestore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every LTX file that real Litestream wrote is read whole, and together they give the bytes that it restored. */
class LtxFixtureTest {

    private static final BlockCompression COMPRESSION = BlockCompressions.installed();

    @TempDir
    Path folder;

    static List<ReplicaFixture> fixtures() throws IOException {
        return ReplicaFixtures.of("ltx");
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void listsAndReadsEveryFileInEveryTree(ReplicaFixture fixture) throws Exception {
        for (LtxTree tree : LtxTree.values()) {
            InMemoryObjectStore store = inTree(fixture, tree);
            assertThat(LtxTree.in(store)).containsExactly(tree);
            List<String> read = new ArrayList<>();
            try (LtxReplicaClient replica = LtxReplicaClient.over("memory", store, RetryPolicy.NEVER, tree)) {
                for (int level = 0; level < LtxTree.LEVELS; level++) {
                    for (LtxFileInfo file : replica.files(level).toList()) {
                        try (InputStream in = replica.openFile(file)) {
                            LtxHeader header = new LtxDatabase().apply(file.key(), in);
                            assertThat(header.pageSize()).isEqualTo(fixture.pageSize());
                            assertThat(header.timestamp()).isEqualTo(file.createdAt());
                        }
                        read.add(inLtxFolder(file));
                    }
                }
            }
            assertThat(read)
                    .containsExactlyInAnyOrderElementsOf(fixture.objects().keySet().stream()
                            .filter(key -> key.endsWith(".ltx"))
                            .toList());
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void givesTheBytesThatLitestreamRestoredFromTheFilesItChose(ReplicaFixture fixture) throws Exception {
        Map<String, byte[]> objects = fixture.objects();
        for (ExpectedRestore expected : fixture.restores()) {
            if (expected.mustMatch()
                    && expected.selected().orElse(null) instanceof ExpectedRestore.Selection.Ltx selection) {
                assertThat(Digest.of(apply(objects, selection.files())))
                        .as("%s %s", fixture, expected)
                        .isEqualTo(expected.sha256().orElseThrow());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void givesTheSameBytesFromTheFewestFiles(ReplicaFixture fixture) throws Exception {
        Map<String, byte[]> objects = fixture.objects();
        List<LtxFileInfo> files = files(fixture);
        int compared = 0;
        for (ExpectedRestore expected : fixture.restores()) {
            // In a folder with both formats the newest state may be in the older one; a transaction is always LTX.
            boolean latest = expected.isLatest() && fixture.scenario().indexOf("mixed") < 0;
            if (expected.mustMatch() && (latest || expected.txid().isPresent())) {
                long target =
                        expected.txid().map(text -> Txid.parse(text).value()).orElse(Long.MAX_VALUE);
                assertThat(Digest.of(apply(objects, fewest(files, target))))
                        .as("%s %s", fixture, expected)
                        .isEqualTo(expected.sha256().orElseThrow());
                compared++;
            }
        }
        assertThat(compared).isPositive();
    }

    private static byte[] apply(Map<String, byte[]> objects, List<String> keys) throws IOException {
        List<String> newestFirst = new ArrayList<>(keys);
        Collections.reverse(newestFirst);
        LtxDatabase database = new LtxDatabase();
        for (String key : newestFirst) {
            database.apply(key, new ByteArrayInputStream(objects.get(key)));
        }
        return database.bytes();
    }

    private static List<LtxFileInfo> files(ReplicaFixture fixture) throws IOException {
        List<LtxFileInfo> all = new ArrayList<>();
        try (LtxReplicaClient replica =
                LtxReplicaClient.over("memory", fixture.inMemory(), RetryPolicy.NEVER, LtxTree.LTX_FOLDER)) {
            for (int level = 0; level < LtxTree.LEVELS; level++) {
                all.addAll(replica.files(level).toList());
            }
        }
        return all;
    }

    /** Again and again the file that leads furthest. */
    private static List<String> fewest(List<LtxFileInfo> all, long target) {
        List<String> keys = new ArrayList<>();
        for (long reached = 0; ; ) {
            long from = reached;
            Optional<LtxFileInfo> best = all.stream()
                    .filter(file -> file.minTxid().value() <= from + 1)
                    .filter(file ->
                            file.maxTxid().value() > from && file.maxTxid().value() <= target)
                    .max(Comparator.comparing(LtxFileInfo::maxTxid));
            if (best.isEmpty()) {
                return keys;
            }
            keys.add(best.get().key());
            reached = best.get().maxTxid().value();
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void listsTheSameFromFolders(ReplicaFixture fixture) throws Exception {
        for (LtxTree tree : List.of(LtxTree.LTX_FOLDER, LtxTree.LEVEL_FOLDERS)) {
            ReplicaUrl root = ReplicaUrl.ofFolder(folder.resolve(tree.name()));
            try (LtxReplicaClient replica = LtxReplicaClient.over("file", open(root), RetryPolicy.NEVER, tree);
                    InMemoryObjectStore memory = inTree(fixture, tree);
                    LtxReplicaClient expected = LtxReplicaClient.over("memory", memory, RetryPolicy.NEVER, tree)) {
                for (int level = 0; level < LtxTree.LEVELS; level++) {
                    for (LtxFileInfo file : expected.files(level).toList()) {
                        byte[] bytes = expected.openFile(file).readAllBytes();
                        PutOptions time = PutOptions.NONE.recordedAt(file.createdAt());
                        replica.writeFile(level, file.minTxid(), file.maxTxid(), ObjectSource.of(bytes), time);
                    }
                }
                try (ObjectStore store = open(root)) {
                    assertThat(LtxTree.in(store)).containsExactly(tree);
                }
                for (int level = 0; level < LtxTree.LEVELS; level++) {
                    List<LtxFileInfo> found = replica.files(level).toList();
                    assertThat(found.stream().map(LtxFixtureTest::told))
                            .containsExactlyElementsOf(expected.files(level).toList().stream()
                                    .map(LtxFixtureTest::told)
                                    .toList());
                    for (LtxFileInfo file : found) {
                        try (InputStream in = replica.openFile(file)) {
                            new LtxDatabase().apply(file.key(), in);
                        }
                    }
                }
            }
        }
    }

    private static ObjectStore open(ReplicaUrl root) throws IOException {
        return ObjectStoreProviders.installed().forScheme("file").open(root, StoreSettings.defaults());
    }

    private static List<Object> told(LtxFileInfo file) {
        return List.of(file.key(), file.minTxid(), file.maxTxid(), file.size(), file.createdAt());
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void givesTheRightBytesOrRefusesAFileWithAnyBitFlipped(ReplicaFixture fixture) throws Exception {
        Random random = new Random(fixture.scenario().hashCode());
        List<Map.Entry<String, byte[]>> files = fixture.objects().entrySet().stream()
                .filter(object -> object.getKey().endsWith(".ltx") && object.getValue().length < 100_000)
                .toList();
        int refused = 0;
        for (int round = 0; round < 300; round++) {
            Map.Entry<String, byte[]> object = files.get(random.nextInt(files.size()));
            LtxDatabase right = new LtxDatabase();
            right.apply(object.getKey(), new ByteArrayInputStream(object.getValue()));
            byte[] flipped = object.getValue().clone();
            int bit = random.nextInt(8 * flipped.length);
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            LtxDatabase other = new LtxDatabase();
            try {
                other.apply(object.getKey(), new ByteArrayInputStream(flipped));
            } catch (DamagedReplicaException e) {
                assertThat(e.damage().key()).isEqualTo(object.getKey());
                assertThat(e.damage().offset().getAsLong()).isBetween(0L, (long) flipped.length);
                refused++;
                continue;
            }
            assertThat(other.bytes())
                    .as("%s %s bit %d", fixture, object.getKey(), bit)
                    .isEqualTo(right.bytes());
        }
        assertThat(refused).isGreaterThan(290);
    }

    /** All but what LZ4 makes of a page is fixed; so with Litestream's own blocks the files are Litestream's own. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void writesTheVeryBytesThatLitestreamWrote(ReplicaFixture fixture) throws Exception {
        for (Map.Entry<String, byte[]> object : fixture.objects().entrySet()) {
            if (object.getKey().endsWith(".ltx")) {
                assertThat(rewritten(object.getKey(), object.getValue()))
                        .as("%s %s", fixture, object.getKey())
                        .isEqualTo(object.getValue());
            }
        }
    }

    private static byte[] rewritten(String key, byte[] file) throws IOException {
        LtxReader reader = new LtxReader(key, new ByteArrayInputStream(file), COMPRESSION);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GivenBlock blocks = new GivenBlock();
        LtxPage page = new LtxPage();
        LtxWriter writer = null;
        byte[] decoded = new byte[reader.header().pageSize()];
        while (reader.nextPage(page)) {
            reader.decode(page, decoded, 0);
            reader.accept(page, decoded, 0);
            blocks.next = storedBlock(page, file);
            if (writer == null) {
                writer = new LtxWriter(out, reader.header(), page.encoding(), blocks);
            }
            writer.writePage(page.number(), decoded, 0);
        }
        reader.finish();
        if (writer == null) {
            writer = new LtxWriter(out, reader.header(), LtxPageEncoding.FRAME, blocks);
        }
        writer.finish();
        return out.toByteArray();
    }

    private static byte[] storedBlock(LtxPage page, byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        int start = Math.toIntExact(page.offset());
        boolean frame = page.encoding() == LtxPageEncoding.FRAME;
        int size = frame ? bytes.order(ByteOrder.LITTLE_ENDIAN).getInt(start + 13) : bytes.getInt(start + 6);
        if (size < 0) {
            return new byte[0];
        }
        byte[] block = new byte[size];
        bytes.get(start + (frame ? 17 : 10), block);
        return block;
    }

    /** Says that a page compresses to what it is told; nothing stands for a page that does not become smaller. */
    private static final class GivenBlock implements BlockCompression {

        private byte[] next = {};

        @Override
        public String description() {
            return "blocks that are given";
        }

        @Override
        public int decompress(byte[] source, int sourceOffset, int sourceLength, byte[] target, int at, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int compress(byte[] source, int sourceOffset, int sourceLength, byte[] target, int at, int limit) {
            System.arraycopy(next, 0, target, at, next.length);
            return next.length == 0 ? -1 : next.length;
        }

        @Override
        public Checksum newChecksum() {
            return COMPRESSION.newChecksum();
        }
    }

    /** The replica with its LTX files where another kind of storage has them; all else stays where it is. */
    static InMemoryObjectStore inTree(ReplicaFixture fixture, LtxTree tree) throws IOException {
        InMemoryObjectStore store = new InMemoryObjectStore();
        copyInTree(fixture, tree, store);
        return store;
    }

    /** Stores the replica like that, with its times. */
    static void copyInTree(ReplicaFixture fixture, LtxTree tree, ObjectStore store) throws IOException {
        for (Map.Entry<String, byte[]> object : fixture.objects().entrySet()) {
            String key = object.getKey();
            if (key.startsWith("ltx/") && tree != LtxTree.LTX_FOLDER) {
                String slash = tree == LtxTree.LEVEL_FOLDERS_AFTER_SLASH ? "/" : "";
                key = slash + "000" + key.substring("ltx/".length());
            }
            store.put(
                    key,
                    ObjectSource.of(object.getValue()),
                    PutOptions.NONE.recordedAt(fixture.times().get(object.getKey())));
        }
    }

    private static String inLtxFolder(LtxFileInfo file) {
        ObjectInfo object = file.object();
        String name = object.key().substring(object.key().lastIndexOf('/') + 1);
        return "ltx/" + file.level() + "/" + name;
    }
}
