// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.ltx.LtxFileName;
import dev.tailrace.replica.LtxReplicaClient;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.Txid;
import dev.tailrace.restore.LtxRestoreResult;
import dev.tailrace.restore.LtxRestorer;
import dev.tailrace.restore.LtxVerification;
import dev.tailrace.restore.LtxVerifier;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Verification;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random damage to LTX replicas that real Litestream wrote: a restore gives the exact state after the last transaction that
 * the names of all files promise, or a typed failure and nothing else. What a refusal says is still restorable, best effort
 * then brings: that state and no other.
 *
 * <p>{@code -Dtailrace.ltx.mutations=1000000} sets how many cases are tried, {@code -Dtailrace.seed=…} with which seed.
 */
@Tag("thorough")
class LtxMutationTest {

    private static final int CASES = Integer.getInteger("tailrace.ltx.mutations", 200);
    private static final long SEED = Long.getLong("tailrace.seed", 20261122L);
    private static final String NOTHING_LEFT = "; nothing before it can be restored";

    private static final List<String> REPLICAS = List.of(
            "wide",
            "tiny",
            "levels",
            "l0-expired",
            "growshrink",
            "spill",
            "ps512",
            "ps65536",
            "outside-writes",
            "frames-v0515",
            "frames-v0515-shrink");

    /** What can be done to one file, or to two. */
    private enum Kind {
        FLIP_BIT,
        CHANGE_BYTE,
        ZERO_RANGE,
        CUT,
        APPEND,
        DROP,
        DROP_NEWEST,
        SWAP,
        COPY_OVER,
        RENAME,
        COPY_TO_OTHER_LEVEL
    }

    private record Subject(ReplicaFixture fixture, SortedMap<String, byte[]> objects, LtxStates states) {}

    /** What a restore came to. */
    private record Answer(Optional<Txid> restored, Optional<TailraceException> failure) {}

    @TempDir
    Path output;

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void givesTheStateThatTheNamesPromiseOrATypedFailure(TestReporter reporter) throws Exception {
        List<Subject> subjects = new ArrayList<>();
        for (String scenario : REPLICAS) {
            ReplicaFixture fixture = ReplicaFixtures.of("ltx", scenario);
            SortedMap<String, byte[]> objects = fixture.objects();
            subjects.add(new Subject(fixture, objects, new LtxStates(objects)));
        }
        Map<String, Integer> outcomes = new TreeMap<>();
        SplittableRandom seeds = new SplittableRandom(SEED);
        for (int number = 0; number < CASES; number++) {
            SplittableRandom random = seeds.split();
            Subject subject = subjects.get(random.nextInt(subjects.size()));
            SortedMap<String, byte[]> damaged = new TreeMap<>(subject.objects());
            List<String> done = new ArrayList<>();
            int count = random.nextInt(10) < 7 ? 1 : 2 + random.nextInt(3);
            for (int i = 0; i < count && !damaged.isEmpty(); i++) {
                done.add(mutate(damaged, random));
            }
            String told = "seed " + SEED + ", case " + number + " of " + subject.fixture() + ": " + done;
            try {
                judge(subject, damaged, random, told, outcomes);
            } catch (RuntimeException e) {
                throw new AssertionError("untyped: " + told, e);
            }
        }
        reporter.publishEntry("seed " + SEED + ", " + CASES + " cases", outcomes.toString());
        assertThat(outcomes).containsKeys("right", "DamagedReplicaException", "best effort: older");
    }

    private void judge(
            Subject subject,
            SortedMap<String, byte[]> damaged,
            SplittableRandom random,
            String told,
            Map<String, Integer> outcomes)
            throws Exception {
        long promised = LtxStates.newest(damaged.keySet());
        RestoreTarget target = RestoreTarget.latest();
        if (random.nextInt(4) == 0 && promised > 1) {
            promised = 1 + random.nextLong(promised);
            target = RestoreTarget.atTxid(new Txid(promised));
        }
        try (LtxReplicaClient replica =
                LtxReplicaClient.over("memory", store(subject, damaged), RetryPolicy.NEVER, LtxTree.LTX_FOLDER)) {
            Answer strict = restore(subject, replica, target, false, told);
            verify(replica, strict, told, outcomes);
            if (strict.restored().isPresent()) {
                assertThat(strict.restored().get().value())
                        .as("a state that the names go beyond: %s", told)
                        .isEqualTo(promised);
                boolean newest = promised == LtxStates.newest(subject.objects().keySet());
                outcomes.merge(newest ? "right" : "right, older", 1, Integer::sum);
                return;
            }
            TailraceException failure = strict.failure().orElseThrow();
            outcomes.merge(failure.getClass().getSimpleName(), 1, Integer::sum);
            if (failure instanceof DamagedReplicaException refusal) {
                Answer salvage = restore(subject, replica, target, true, told);
                outcomes.merge(
                        "best effort: " + (salvage.restored().isPresent() ? "older" : "nothing"), 1, Integer::sum);
                String left = salvage.restored()
                        .map(txid -> "; still restorable, by best effort: up to transaction " + txid)
                        .orElse(NOTHING_LEFT);
                assertThat(refusal).as(told).hasMessageEndingWith(left);
                assertThat(refusal.isSalvageable()).isEqualTo(salvage.restored().isPresent());
            }
        }
    }

    /** Whatever a restore refuses as damage is found; and what is called whole has no file that a restore could refuse. */
    private static void verify(LtxReplicaClient replica, Answer strict, String told, Map<String, Integer> outcomes)
            throws IOException {
        LtxVerification verification;
        try {
            verification = LtxVerifier.of(replica).verify();
        } catch (UnsupportedReplicaException e) {
            // A changed version number.
            outcomes.merge("verify: UnsupportedReplicaException", 1, Integer::sum);
            return;
        }
        outcomes.merge("verify: " + verification.outcome(), 1, Integer::sum);
        if (strict.failure().filter(DamagedReplicaException.class::isInstance).isPresent()) {
            assertThat(verification.outcome()).as(told).isEqualTo(Verification.Outcome.DAMAGED);
        }
        if (verification.outcome() == Verification.Outcome.OK) {
            assertThat(strict.failure().filter(e -> !(e instanceof TargetNotAvailableException)))
                    .as(told)
                    .isEmpty();
        }
    }

    private Answer restore(
            Subject subject, LtxReplicaClient replica, RestoreTarget target, boolean bestEffort, String told)
            throws IOException {
        Path database = output.resolve("app.db");
        RestoreOptions options =
                RestoreOptions.builder().target(target).bestEffort(bestEffort).build();
        try {
            LtxRestoreResult result = LtxRestorer.of(replica, options).restoreTo(database);
            byte[] bytes = Files.readAllBytes(database);
            Files.delete(database);
            assertThat(subject.states().at(result.txid().value()))
                    .as("a wrong database without a word, transaction %s: %s", result.txid(), told)
                    .contains(Digest.of(bytes));
            return new Answer(Optional.of(result.txid()), Optional.empty());
        } catch (TailraceException e) {
            return new Answer(Optional.empty(), Optional.of(e));
        } finally {
            assertThat(Scratch.names(output)).as("files left behind: %s", told).isEmpty();
        }
    }

    private static String mutate(SortedMap<String, byte[]> objects, SplittableRandom random) {
        List<String> keys = objects.keySet().stream()
                .filter(key -> LtxStates.name(key).isPresent())
                .toList();
        if (keys.isEmpty()) {
            return "nothing left";
        }
        String key = keys.get(random.nextInt(keys.size()));
        String other = keys.get(random.nextInt(keys.size()));
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        byte[] bytes = objects.get(key).clone();
        int place = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
        switch (kind) {
            case FLIP_BIT -> objects.put(key, changed(bytes, place, 1 << random.nextInt(8)));
            case CHANGE_BYTE -> objects.put(key, changed(bytes, place, 1 + random.nextInt(255)));
            case ZERO_RANGE -> {
                Arrays.fill(bytes, place, Math.min(bytes.length, place + 1 + random.nextInt(64)), (byte) 0);
                objects.put(key, bytes);
            }
            case CUT -> objects.put(key, Arrays.copyOf(bytes, place));
            case APPEND -> objects.put(key, Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(40)));
            case DROP -> objects.remove(key);
            case DROP_NEWEST -> {
                long newest = LtxStates.newest(keys);
                keys.stream()
                        .filter(each -> LtxStates.name(each).orElseThrow().maxTxid() == newest)
                        .forEach(objects::remove);
            }
            case SWAP -> {
                objects.put(key, objects.get(other));
                objects.put(other, bytes);
            }
            case COPY_OVER -> objects.put(other, bytes);
            case RENAME -> {
                objects.remove(key);
                objects.put(renamed(key, random), bytes);
            }
            case COPY_TO_OTHER_LEVEL ->
                objects.put("ltx/" + random.nextInt(10) + key.substring(key.lastIndexOf('/')), bytes);
        }
        return kind + " " + key + " " + other + " " + place;
    }

    private static byte[] changed(byte[] bytes, int place, int bits) {
        if (bytes.length > 0) {
            bytes[place] ^= (byte) bits;
        }
        return bytes;
    }

    private static String renamed(String key, SplittableRandom random) {
        LtxFileName name = LtxStates.name(key).orElseThrow();
        long min = Math.max(1, name.minTxid() + random.nextInt(-2, 3));
        long max = Math.max(min, name.maxTxid() + random.nextInt(-2, 3));
        return key.substring(0, key.lastIndexOf('/') + 1) + new LtxFileName(min, max);
    }

    private static InMemoryObjectStore store(Subject subject, SortedMap<String, byte[]> objects) throws IOException {
        InMemoryObjectStore store = new InMemoryObjectStore("memory:" + subject.fixture());
        for (Map.Entry<String, byte[]> object : objects.entrySet()) {
            Instant time = subject.fixture().times().getOrDefault(object.getKey(), Instant.EPOCH);
            store.put(object.getKey(), ObjectSource.of(object.getValue()), PutOptions.NONE.recordedAt(time));
        }
        return store;
    }
}
