// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreListener;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Restorer;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.PutOptions;
import dev.tailrace.testkit.ForwardingObjectStore;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The newest segment is there in part: where programs upload piece by piece, it is being written, and the state before it is
 * the newest one; where objects are whole or not there, it is damage.
 */
class UnfinishedObjectTest {

    @TempDir
    Path folder;

    /** A store whose objects other programs write piece by piece. */
    private static final class PieceByPiece extends ForwardingObjectStore {
        PieceByPiece(ObjectStore store) {
            super(store);
        }

        @Override
        public boolean showsUnfinishedObjects() {
            return true;
        }
    }

    private final List<String> warnings = new ArrayList<>();

    private Path restore(ObjectStore store, RestoreTarget target) throws IOException {
        RestoreListener listener = new RestoreListener() {
            @Override
            public void warning(String text) {
                warnings.add(text);
            }
        };
        Path database = folder.resolve("restored-" + System.nanoTime() + ".db");
        try (ReplicaClient replica = ReplicaClient.over("memory", store)) {
            RestoreOptions options =
                    RestoreOptions.builder().target(target).listener(listener).build();
            Restorer.of(replica, options).restoreTo(database);
        }
        return database;
    }

    private static ObjectStore store(SortedMap<String, byte[]> objects) throws IOException {
        InMemoryObjectStore store = new InMemoryObjectStore();
        for (var object : objects.entrySet()) {
            store.put(object.getKey(), ObjectSource.of(object.getValue()), PutOptions.NONE);
        }
        return store;
    }

    /** The keys of the WAL in its order, oldest first. */
    private static List<String> wal(SortedMap<String, byte[]> objects) {
        return objects.keySet().stream()
                .flatMap(key -> Place.of(key).stream())
                .filter(place -> !place.isSnapshot())
                .sorted()
                .map(place -> objects.keySet().stream()
                        .filter(key -> Place.of(key).equals(Optional.of(place)))
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    private static SortedMap<String, byte[]> cut(SortedMap<String, byte[]> objects, String key, int length) {
        SortedMap<String, byte[]> cut = new TreeMap<>(objects);
        cut.put(key, Arrays.copyOf(objects.get(key), length));
        return cut;
    }

    @ParameterizedTest
    @CsvSource({"v03-flat,tiny", "v03-flat,growshrink", "seed-nested,tiny", "v04-nested16,tiny"})
    void theStateBeforeAnUnfinishedNewestSegmentIsRestoredWithAWarning(String layout, String scenario)
            throws Exception {
        SortedMap<String, byte[]> objects = ReplicaFixtures.of(layout, scenario).objects();
        List<String> wal = wal(objects);
        String newest = wal.get(wal.size() - 1);
        SortedMap<String, byte[]> without = new TreeMap<>(objects);
        without.remove(newest);
        Path expected = restore(store(without), RestoreTarget.latest());
        int whole = objects.get(newest).length;
        warnings.clear();

        for (int length : new int[] {0, 3, 7, 12, whole / 2, whole - 5, whole - 1}) {
            Path restored = restore(new PieceByPiece(store(cut(objects, newest, length))), RestoreTarget.latest());
            assertThat(Files.mismatch(restored, expected))
                    .as("%d of %d bytes", length, whole)
                    .isEqualTo(-1);
            assertThat(warnings).hasSize(1);
            assertThat(warnings.get(0)).contains("not whole", newest);
            warnings.clear();
        }
    }

    @Test
    void whereObjectsAreWholeItIsDamage() throws Exception {
        SortedMap<String, byte[]> objects =
                ReplicaFixtures.of("v03-flat", "tiny").objects();
        List<String> wal = wal(objects);
        String newest = wal.get(wal.size() - 1);
        ObjectStore store = store(cut(objects, newest, objects.get(newest).length / 2));
        assertThatThrownBy(() -> restore(store, RestoreTarget.latest()))
                .isInstanceOf(DamagedReplicaException.class)
                .hasMessageContaining(newest);
        assertThat(warnings).isEmpty();
    }

    @Test
    void whatIsWrongAndNotMerelyShortIsDamage() throws Exception {
        SortedMap<String, byte[]> objects =
                ReplicaFixtures.of("v03-flat", "tiny").objects();
        List<String> wal = wal(objects);
        String newest = wal.get(wal.size() - 1);
        SortedMap<String, byte[]> flipped = cut(objects, newest, objects.get(newest).length);
        byte[] bytes = flipped.get(newest);
        bytes[bytes.length - 1] ^= 1;
        ObjectStore store = new PieceByPiece(store(flipped));
        assertThatThrownBy(() -> restore(store, RestoreTarget.latest())).isInstanceOf(DamagedReplicaException.class);
    }

    @Test
    void anOlderSegmentIsNotBeingWrittenAnyMore() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("v03-flat", "growshrink");
        SortedMap<String, byte[]> objects = fixture.objects();
        List<String> wal = wal(objects);
        for (String older : wal.subList(0, wal.size() - 1)) {
            ObjectStore store = new PieceByPiece(store(cut(objects, older, objects.get(older).length / 2)));
            assertThatThrownBy(() -> restore(store, RestoreTarget.latest()))
                    .as(older)
                    .isInstanceOf(DamagedReplicaException.class);
        }
        assertThat(warnings).isEmpty();
    }
}
