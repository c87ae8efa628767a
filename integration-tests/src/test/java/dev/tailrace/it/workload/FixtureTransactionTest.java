// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Restorer;
import dev.tailrace.restore.TransactionLog;
import dev.tailrace.restore.TransactionRange;
import dev.tailrace.restore.WalDownloader;
import dev.tailrace.restore.WalFile;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every single transaction of every replica written by Litestream is listed, and restored as SQLite itself has it. */
@Tag("thorough")
class FixtureTransactionTest {

    private static final List<String> LAYOUTS = List.of("v03-flat", "seed-nested", "v04-nested16");

    @TempDir
    Path folder;

    private int transactions;
    private int refused;
    private final List<Position> checked = new ArrayList<>();

    static List<ReplicaFixture> fixtures() throws IOException {
        List<ReplicaFixture> all = new ArrayList<>();
        for (String layout : LAYOUTS) {
            all.addAll(ReplicaFixtures.of(layout));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void restoresEveryTransaction(ReplicaFixture fixture) throws Exception {
        try (ReplicaClient replica = ReplicaClient.over("memory", fixture.inMemory())) {
            for (Generation generation : replica.generations()) {
                checked.clear();
                checkAll(replica, replica.catalog(generation));
                assertThat(logged(replica, generation)).isEqualTo(checked);
            }
        }
        System.out.printf("%s: %d transactions, %d of them refused%n", fixture, transactions, refused);
        assertThat(transactions - refused).isPositive();
    }

    private static List<Position> logged(ReplicaClient replica, Generation generation) throws IOException {
        List<Position> positions = new ArrayList<>();
        TransactionLog.of(replica, TransactionRange.all().in(generation))
                .read(transaction -> positions.add(transaction.position()));
        return positions;
    }

    private void checkAll(ReplicaClient replica, GenerationCatalog catalog) throws Exception {
        SnapshotInfo oldest = catalog.snapshots().get(0);
        Path state = folder.resolve("state.db");
        Path expected = folder.resolve("expected.db");
        Restorer.of(replica).restoreSnapshot(oldest, state);
        try (WalDownloader indexes = WalDownloader.builder(replica, folder.resolve("staged"), catalog.generation())
                .minIndex(oldest.index())
                .maxIndex(catalog.maxIndex())
                .build()) {
            for (Optional<WalFile> file = indexes.next(); file.isPresent(); file = indexes.next()) {
                byte[] wal = Files.readAllBytes(file.get().path());
                Files.delete(file.get().path());
                boolean mayBeAhead = file.get().index() == oldest.index();
                for (int end : Sqlite.commitEnds(wal)) {
                    Sqlite.checkpointedCopy(state, wal, end, expected);
                    check(replica, new Position(catalog.generation(), file.get().index(), end), expected, mayBeAhead);
                }
                Sqlite.checkpointedCopy(state, wal, wal.length, expected);
                Files.copy(expected, state, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.delete(state);
    }

    private void check(ReplicaClient replica, Position position, Path expected, boolean mayBeAhead) throws IOException {
        transactions++;
        checked.add(position);
        Path target = folder.resolve("restored.db");
        RestoreOptions options = RestoreOptions.builder()
                .target(RestoreTarget.atPosition(position))
                .build();
        RestoreResult result;
        try {
            result = Restorer.of(replica, options).restoreTo(target);
        } catch (TargetNotAvailableException e) {
            refused++;
            assertThat(mayBeAhead).as("%s: %s", position, e).isTrue();
            assertThat(e).hasMessageContaining("is ahead of " + position);
            return;
        }
        assertThat(result.position()).isEqualTo(position);
        assertThat(Files.mismatch(target, expected)).as("%s", position).isEqualTo(-1);
        Files.delete(target);
    }
}
