// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.it.workload.LiveReplication.Line;
import dev.tailrace.it.workload.LiveReplication.Stored;
import dev.tailrace.it.workload.LiveReplication.Written;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Restorer;
import dev.tailrace.restore.TransactionLog;
import dev.tailrace.restore.TransactionRange;
import dev.tailrace.restore.Verification;
import dev.tailrace.restore.Verifier;
import dev.tailrace.restore.VerifyLevel;
import dev.tailrace.restore.VerifyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * What a restore to each transaction, and to the time of each object, of a generation gives: the bytes that SQLite itself
 * makes of its own WAL. A refusal must be right: what would have been restored is not what SQLite has; needless ones are
 * counted.
 */
final class CommitComparison {

    private static final Pattern NEAREST = Pattern.compile("can be restored is (\\S+), of");

    private final RestoredFile restored;
    private int transactions;
    private int moments;
    private int refused;
    private int overcautious;

    /** @param restored what is done to each database that was restored, before it is compared */
    CommitComparison(RestoredFile restored) {
        this.restored = restored;
    }

    int transactions() {
        return transactions;
    }

    int moments() {
        return moments;
    }

    int refused() {
        return refused;
    }

    /** How many of those that were refused would have been right. */
    int overcautious() {
        return overcautious;
    }

    /**
     * Fails with an AssertionError at the first difference.
     *
     * @param place a folder for databases
     */
    void compare(ReplicaClient replica, Line line, Path place) throws Exception {
        checkTransactions(replica, line, place);
        checkMoments(replica, line, place);
    }

    /** What SQLite has committed is what is listed; and nothing of it is called damaged, with a snapshot that is ahead or not. */
    private static void checkLogAndVerification(ReplicaClient replica, Line line) throws IOException {
        List<Position> committed = new ArrayList<>();
        for (Written written : line.written) {
            for (int end : Sqlite.commitEnds(written.wal())) {
                committed.add(new Position(line.generation, written.index(), end));
            }
        }
        List<Position> listed = new ArrayList<>();
        TransactionLog.of(replica, TransactionRange.all().in(line.generation))
                .read(transaction -> listed.add(transaction.position()));
        assertThat(listed).isEqualTo(committed);
        for (VerifyLevel level : List.of(VerifyLevel.DATA, VerifyLevel.CHAIN)) {
            Verification verification = Verifier.of(
                            replica, VerifyOptions.builder().level(level).build())
                    .verify();
            assertThat(verification.damages()).as("%s", level).isEmpty();
            assertThat(verification.openQuestions()).as("%s", level).isEmpty();
        }
    }

    private void checkTransactions(ReplicaClient replica, Line line, Path place) throws Exception {
        checkLogAndVerification(replica, line);
        Path expected = place.resolve("expected.db");
        for (Written written : line.written) {
            for (int end : Sqlite.commitEnds(written.wal())) {
                transactions++;
                Position position = new Position(line.generation, written.index(), end);
                Sqlite.checkpointedCopy(written.before(), written.wal(), end, expected);
                try {
                    assertSame(restore(replica, RestoreTarget.atPosition(position), place), position, expected);
                } catch (TargetNotAvailableException e) {
                    refused++;
                    assertRefusedByRight(replica, line, written, position, expected, e);
                }
            }
        }
    }

    /**
     * Of a snapshot that is ahead: it and the WAL up to there make another database than SQLite has; or they do not only since
     * later transactions wrote pages that they did not change, which cannot be told.
     */
    private void assertRefusedByRight(
            ReplicaClient replica,
            Line line,
            Written written,
            Position position,
            Path expected,
            TargetNotAvailableException refusal)
            throws Exception {
        assertThat(refusal).hasMessageContaining("is ahead of " + position);
        assertThat(line.snapshots.lastKey()).as("%s", refusal).isGreaterThanOrEqualTo(written.index());
        assertThat(line.snapshots.firstKey())
                .as("an older snapshot leads there: %s", refusal)
                .isEqualTo(written.index());
        Path snapshot = expected.resolveSibling("snapshot.db");
        Path mixture = expected.resolveSibling("mixture.db");
        Restorer.of(replica)
                .restoreSnapshot(
                        replica.catalog(line.generation)
                                .snapshotAtOrBefore(written.index())
                                .orElseThrow(),
                        snapshot);
        try {
            Sqlite.checkpointedCopy(snapshot, written.wal(), (int) position.offset(), mixture);
            if (Files.mismatch(mixture, expected) == -1) {
                overcautious++;
            }
        } catch (SQLiteException e) {
            // What SQLite itself cannot open is no state that it had.
            assertThat(e.getResultCode()).isEqualTo(SQLiteErrorCode.SQLITE_CORRUPT);
        }
        Files.delete(snapshot);
        Matcher nearest = NEAREST.matcher(refusal.getMessage());
        assertThat(nearest.find()).as("%s", refusal).isTrue();
        Position later = Position.parse(nearest.group(1));
        Sqlite.checkpointedCopy(written.before(), written.wal(), (int) later.offset(), expected);
        assertSame(restore(replica, RestoreTarget.atPosition(later), expected.getParent()), later, expected);
    }

    private void checkMoments(ReplicaClient replica, Line line, Path place) throws Exception {
        Path expected = place.resolve("expected.db");
        Position state = null;
        for (Stored stored : line.stored) {
            moments++;
            for (Written written : line.written) {
                if (written.index() == stored.index()) {
                    for (int end : Sqlite.commitEnds(written.wal())) {
                        if (end <= stored.end()) {
                            state = new Position(line.generation, written.index(), end);
                        }
                    }
                }
            }
            RestoreResult result;
            try {
                result = restore(replica, RestoreTarget.atTimestamp(stored.at()), place, line);
            } catch (TargetNotAvailableException e) {
                // Proved by the positions: a snapshot that is ahead, or was replaced by a later one.
                assertThat(e.getMessage()).containsAnyOf("is ahead of", "which can be restored from");
                continue;
            }
            if (result.position().offset() == 0) {
                assertIsSomeState(result, line, state, place);
                continue;
            }
            Position expectedState = state;
            assertThat(result.position()).isEqualTo(expectedState);
            Written written = line.written.stream()
                    .filter(each -> each.index() == result.position().index())
                    .findFirst()
                    .orElseThrow();
            Sqlite.checkpointedCopy(
                    written.before(), written.wal(), (int) result.position().offset(), expected);
            if (Files.mismatch(result.path(), expected) != -1) {
                assertIsSomeState(result, line, state, place);
                continue;
            }
            assertSame(result, result.position(), expected);
        }
    }

    /** A snapshot that is ahead of all that is cut off may stand for a later transaction, as a whole. */
    private static void assertIsSomeState(RestoreResult result, Line line, Position state, Path place)
            throws Exception {
        Path some = place.resolve("some.db");
        long index = result.plan().snapshot().index();
        boolean found = false;
        for (Written written : line.written) {
            if (written.index() != index) {
                continue;
            }
            List<Integer> ends = new ArrayList<>(List.of(0));
            ends.addAll(Sqlite.commitEnds(written.wal()));
            for (int end : ends) {
                Sqlite.checkpointedCopy(written.before(), written.wal(), end, some);
                found |= Files.mismatch(result.path(), some) == -1;
            }
        }
        assertThat(found).as("%s for %s", result.position(), state).isTrue();
        Files.delete(result.path());
    }

    private RestoreResult restore(ReplicaClient replica, RestoreTarget target, Path place) throws IOException {
        return restore(replica, RestoreOptions.builder().target(target), place);
    }

    private RestoreResult restore(ReplicaClient replica, RestoreTarget target, Path place, Line line)
            throws IOException {
        return restore(
                replica, RestoreOptions.builder().generation(line.generation).target(target), place);
    }

    private RestoreResult restore(ReplicaClient replica, RestoreOptions.Builder options, Path place)
            throws IOException {
        RestoreResult result = Restorer.of(replica, options.build()).restoreTo(place.resolve("restored.db"));
        restored.arrived(result.path());
        return result;
    }

    private static void assertSame(RestoreResult result, Position position, Path expected) throws IOException {
        assertThat(result.position()).isEqualTo(position);
        assertThat(Files.mismatch(result.path(), expected)).as("%s", position).isEqualTo(-1);
        Files.delete(result.path());
    }
}
