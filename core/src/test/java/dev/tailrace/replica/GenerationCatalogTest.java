// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.store.ObjectInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GenerationCatalogTest {

    private static final Generation GENERATION = ReplicaBytes.GENERATION;
    private static final String FOLDER = "generations/" + GENERATION + "/";

    private final MemoryStore store = new MemoryStore();
    private final ReplicaClient client = ReplicaClient.over("memory", store);

    @ParameterizedTest
    @EnumSource(ReplicaLayout.class)
    void readsEveryLayout(ReplicaLayout layout) throws IOException {
        ReplicaBytes replica = new ReplicaBytes(store, layout, GENERATION);
        replica.snapshot(5, new byte[1]).snapshot(2, new byte[1]);
        replica.segment(10, 0, new byte[1]).segment(9, 0x1020, new byte[1]).segment(9, 0, new byte[1]);

        GenerationCatalog catalog = client.catalog(GENERATION);

        assertThat(catalog.layout()).isEqualTo(layout);
        assertThat(catalog.damages()).isEmpty();
        assertThat(catalog.snapshots()).extracting(SnapshotInfo::index).containsExactly(2L, 5L);
        assertThat(catalog.segments())
                .extracting(segment -> segment.position().toString())
                .containsExactly(
                        GENERATION + "/00000009:00000000",
                        GENERATION + "/00000009:00001020",
                        GENERATION + "/0000000a:00000000");
        assertThat(catalog.maxIndex()).isEqualTo(10);
        assertThat(catalog.snapshotAtOrBefore(4))
                .hasValueSatisfying(at -> assertThat(at.index()).isEqualTo(2));
        assertThat(catalog.snapshotAtOrBefore(5))
                .hasValueSatisfying(at -> assertThat(at.index()).isEqualTo(5));
        assertThat(catalog.snapshotAtOrBefore(1)).isEmpty();
        assertThat(client.snapshots(GENERATION).toList()).isEqualTo(catalog.snapshots());
        assertThat(client.walSegments(GENERATION).toList()).isEqualTo(catalog.segments());
        assertThat(store.openStreams()).isZero();
    }

    @Test
    void isEmptyForAGenerationThatIsNotThere() throws IOException {
        store.put(FOLDER + "snapshots/00000000.snapshot.lz4.tmp", new byte[1]);
        store.put(FOLDER + "readme", new byte[1], Instant.MAX);
        GenerationCatalog catalog = client.catalog(GENERATION);
        assertThat(catalog.isEmpty()).isTrue();
        assertThat(catalog.ignoredNames()).isEqualTo(2);
        assertThat(catalog.updatedAt()).isEmpty();
        assertThat(catalog.maxIndex()).isEqualTo(-1);
    }

    @Test
    void passesOverFoldersThatAreNoGenerations() throws IOException {
        store.put("generations/fedcba9876543210/x", new byte[0]);
        store.put("generations/0123456789abcdef/x", new byte[0]);
        store.put("generations/0123456789ABCDEF/x", new byte[0]);
        store.put("generations/lost+found/x", new byte[0]);
        store.put("generations/aaaaaaaaaaaaaaaa", new byte[0]);
        assertThat(client.generations())
                .extracting(Generation::name)
                .containsExactly("0123456789abcdef", "fedcba9876543210");
        assertThat(client.type()).isEqualTo("memory");
        assertThat(client.location()).isEqualTo("memory://test");
        client.close();
        assertThat(store.closed()).isTrue();
    }

    @Test
    void takesTheNewestTimeOfWhatCounts() throws IOException {
        Instant late = MemoryStore.TIME.plusSeconds(9);
        store.put(FOLDER + "snapshots/00000000.snapshot.lz4", new byte[1]);
        store.put(FOLDER + "wal/what.wal.lz4", new byte[1], late);
        store.put(FOLDER + "wal/x.tmp", new byte[1], late.plusSeconds(9));
        assertThat(client.catalog(GENERATION).updatedAt()).contains(late);
    }

    @Test
    void callsUnknownWalNamesDamage() throws IOException {
        store.put(FOLDER + "snapshots/00000000.snapshot.lz4", new byte[1]);
        store.put(FOLDER + "wal/0000000A_00000000.wal.lz4", new byte[1]);
        assertThat(client.catalog(GENERATION).damages())
                .hasToString("[" + FOLDER + "wal/0000000A_00000000.wal.lz4: this WAL name fits no layout]");
    }

    @Test
    void callsTwoLayoutsInOneFolderDamage() throws IOException {
        for (List<String> names : List.of(
                List.of("00000000_00000000", "00000001/00000000"),
                List.of("00000000/00000000", "0000000000000001/0000000000000000"),
                List.of("00000000_00000000", "0000000000000001/0000000000000000"))) {
            MemoryStore mixed = new MemoryStore();
            names.forEach(name -> mixed.put(FOLDER + "wal/" + name + ".wal.lz4", new byte[1]));
            assertThat(ReplicaClient.over("memory", mixed).catalog(GENERATION).damages())
                    .singleElement()
                    .asString()
                    .contains("two layouts in one WAL folder", names.get(0), names.get(1));
        }
    }

    @Test
    void tellsOfAThousandPlacesWithTwoNamesAndHowManyMoreThereAre() throws IOException {
        for (int i = 0; i < 1_200; i++) {
            store.put(FOLDER + "snapshots/" + HexNumber.format(i) + ".snapshot.lz4", new byte[1]);
            store.put(FOLDER + "snapshots/0" + HexNumber.format(i) + ".snapshot.lz4", new byte[1]);
        }
        GenerationCatalog catalog = client.catalog(GENERATION);
        assertThat(catalog.ambiguous()).isTrue();
        assertThat(catalog.damages())
                .hasSize(1_001)
                .last()
                .hasToString(FOLDER + ": 200 more objects name a place that another one names too");
    }

    @Test
    void namesThatSayNothingDoNotCountForTheMemoryThatAListingMayTake() throws IOException {
        GenerationCatalogBuilder builder = new GenerationCatalogBuilder(GENERATION, FOLDER);
        for (String name : List.of("wal/x.tmp", "readme", "snapshots/x", "wal/00000000_00000000.wal.lz4.tmp")) {
            builder.add(new ObjectInfo(FOLDER + name, 1, MemoryStore.TIME, Optional.empty(), Optional.empty()));
        }
        assertThat(builder.kept()).isZero();
        for (String name :
                List.of("snapshots/00000000.snapshot.lz4", "wal/x.wal.lz4", "wal/00000000_00000000.wal.lz4")) {
            builder.add(new ObjectInfo(FOLDER + name, 1, MemoryStore.TIME, Optional.empty(), Optional.empty()));
        }
        assertThat(builder.kept()).isEqualTo(3);
        assertThat(builder.build().ignoredNames()).isEqualTo(4);
    }

    @Test
    void callsTwoNamesForOnePlaceDamage() throws IOException {
        store.put(FOLDER + "snapshots/00000001.snapshot.lz4", new byte[1]);
        store.put(FOLDER + "snapshots/000000001.snapshot.lz4", new byte[1]);
        store.put(FOLDER + "wal/00000001_00000000.wal.lz4", new byte[1]);
        store.put(FOLDER + "wal/00000001_000000000.wal.lz4", new byte[1]);
        assertThat(client.catalog(GENERATION).damages())
                .hasSize(2)
                .allSatisfy(damage -> assertThat(damage.problem()).startsWith("it names the same place as "));
    }

    @Test
    void recognisesOtherFormatsByTheirNames() throws IOException {
        Instant late = MemoryStore.TIME.plusSeconds(9);
        assertThat(client.foreignFormats()).isEmpty();
        store.put("ltx/0/readme", new byte[1]);
        store.put("ltx/0/0000000000000001-0000000000000001.ltx.tmp", new byte[1]);
        store.put("0010/0000000000000001-0000000000000001.ltx", new byte[1]);
        store.put("wal/readme", new byte[1]);
        assertThat(client.foreignFormats()).isEmpty();

        store.put("ltx/0/0000000000000001-0000000000000001.ltx", new byte[1]);
        assertThat(client.foreignFormats())
                .containsExactly(new ForeignFormat("Litestream 0.5 (LTX)", MemoryStore.TIME));
        store.put("0009/0000000000000001-0000000000000009.ltx", new byte[1], late);
        store.put("0000/0000000000000009-0000000000000009.ltx", new byte[1]);
        assertThat(client.foreignFormats()).containsExactly(new ForeignFormat("Litestream 0.5 (LTX)", late));

        store.put("snapshots/0000000000000001.snapshot.gz", new byte[1]);
        store.put("wal/0000/0000000000000001.wal", new byte[1], late);
        assertThat(client.foreignFormats())
                .containsExactly(
                        new ForeignFormat("Litestream 0.5 (LTX)", late),
                        new ForeignFormat("Litestream 0.2 or older (gzip)", late));
        assertThat(store.openStreams()).isZero();
    }
}
