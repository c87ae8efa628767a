// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.LtxStore.key;
import static dev.tailrace.fixture.LtxStore.time;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.fixture.LtxStore;
import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.Txid;
import dev.tailrace.store.RetryPolicy;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FormatChoiceTest {

    private static final int PAGE = 512;

    private final LtxStore ltx = new LtxStore(PAGE);
    private final MemoryStore store = ltx.store();
    private final ReplicaBytes generations = new ReplicaBytes(store, ReplicaLayout.V03_FLAT, ReplicaBytes.GENERATION);

    private Optional<LtxTree> choose(RestoreOptions.Builder options) throws IOException {
        ReplicaClient client = ReplicaClient.over("memory", store, RetryPolicy.NEVER);
        return FormatChoice.ltxOf(client, options.build()).map(LtxReplicaClient::tree);
    }

    private Optional<LtxTree> choose(RestoreTarget target) throws IOException {
        return choose(RestoreOptions.builder().target(target));
    }

    private Optional<LtxTree> newest() throws IOException {
        return choose(RestoreTarget.latest());
    }

    private Optional<LtxTree> at(long millis) throws IOException {
        return choose(RestoreTarget.atTimestamp(Instant.ofEpochMilli(millis)));
    }

    @Test
    void asksOnlyForTheFoldersWhereThereAreGenerationsAlone() throws IOException {
        generations.snapshot(0, ReplicaBytes.database(PAGE, 1, 0));
        assertThat(newest()).isEmpty();
        assertThat(store.listed().keySet()).noneMatch(prefix -> prefix.startsWith("generations"));
    }

    @Test
    void looksIntoNoFileWhereThereIsLtxAlone() throws IOException {
        ltx.snapshot(9, 1, 1, 1);
        assertThat(newest()).contains(LtxTree.LTX_FOLDER);
        assertThat(store.opened()).isEmpty();
    }

    @Test
    void takesTheFormatWithTheNewestStateUntilTheMoment() throws IOException {
        generations.at(Instant.ofEpochMilli(time(2))).snapshot(0, ReplicaBytes.database(PAGE, 1, 0));
        ltx.snapshot(9, 1, 1, 1);
        assertThat(newest()).isEmpty();

        ltx.file(0, 2, 2, 1, Map.of(1, 2)).file(0, 3, 3, 1, Map.of(1, 3));
        assertThat(newest()).contains(LtxTree.LTX_FOLDER);
        assertThat(at(time(9))).contains(LtxTree.LTX_FOLDER);
        // What is as new counts for the format that goes on.
        assertThat(at(time(2))).contains(LtxTree.LTX_FOLDER);
        assertThat(at(time(2) - 1)).contains(LtxTree.LTX_FOLDER);

        generations.at(Instant.ofEpochMilli(time(20))).snapshot(1, ReplicaBytes.database(PAGE, 1, 1));
        assertThat(newest()).isEmpty();
        assertThat(at(time(20))).isEmpty();
        assertThat(at(time(20) - 1)).contains(LtxTree.LTX_FOLDER);
    }

    @Test
    void goesByTheHeadersAndNotByTheTimesOfACopy() throws IOException {
        generations
                .at(Instant.ofEpochMilli(time(5)))
                .snapshot(0, ReplicaBytes.database(PAGE, 1, 0))
                .segment(0, 0, new byte[1]);
        ltx.snapshot(9, 1, 1, 1);
        store.put(key(9, 1, 1), store.get(key(9, 1, 1)), Instant.ofEpochMilli(time(50)));
        assertThat(newest()).isEmpty();
        // And the other way does not refuse then.
        assertThat(Restorer.of(generations.client()).plan().warnings()).hasSize(1);
    }

    @Test
    void newerDataThatIsDamagedIsNotPassedOver() throws IOException {
        generations.at(Instant.ofEpochMilli(time(2))).snapshot(0, ReplicaBytes.database(PAGE, 1, 0));
        store.put(key(0, 3, 3), new byte[10], Instant.ofEpochMilli(time(3)));
        assertThat(newest()).contains(LtxTree.LTX_FOLDER);
        assertThatExceptionOfType(UnsupportedReplicaException.class)
                .isThrownBy(() -> Restorer.of(generations.client()).plan())
                .withMessageContaining("LtxRestorer");
    }

    @Test
    void takesTheTreeThatHasGoneOn() throws IOException {
        ltx.snapshot(9, 5, 1, 5);
        store.put(
                "0009/" + key(9, 1, 3).substring(6),
                ltx.content(1, 3, 1, Map.of(1, 3)).bytes());
        assertThat(newest()).contains(LtxTree.LTX_FOLDER);
        store.put(
                "0000/" + key(0, 6, 6).substring(6),
                ltx.content(6, 6, 1, Map.of(1, 6)).bytes());
        assertThat(newest()).contains(LtxTree.LEVEL_FOLDERS);
        assertThat(at(time(5))).contains(LtxTree.LTX_FOLDER);
    }

    @Test
    void whatOnlyOneFormatHasAsksForIt() throws IOException {
        RestoreTarget txid = RestoreTarget.atTxid(new Txid(1));
        assertThatExceptionOfType(EmptyReplicaException.class).isThrownBy(() -> choose(txid));
        generations.at(Instant.ofEpochMilli(time(9))).snapshot(0, ReplicaBytes.database(PAGE, 1, 0));
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> choose(txid))
                .withMessageContaining("no LTX files");
        ltx.snapshot(9, 1, 1, 1);
        assertThat(choose(txid)).contains(LtxTree.LTX_FOLDER);

        ltx.file(0, 20, 20, 1, Map.of(1, 20));
        assertThat(choose(RestoreTarget.atIndex(0))).isEmpty();
        assertThat(choose(RestoreOptions.builder().generation(ReplicaBytes.GENERATION)))
                .isEmpty();
        store.keys().stream()
                .filter(each -> each.startsWith("generations/"))
                .toList()
                .forEach(store::remove);
        assertThatExceptionOfType(TargetNotAvailableException.class)
                .isThrownBy(() -> choose(RestoreTarget.atIndex(0)))
                .withMessageContaining("-txid");
    }
}
