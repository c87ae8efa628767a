// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.Restorer;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.testkit.ExpectedRestore;
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
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Random damage to real replicas: a restore gives the right database or a typed failure and nothing else, but for the kinds of
 * loss that {@link KnownLimits} recognises one by one, where it gives an exact older state. What the refusal of a damaged
 * replica says is still restorable, best effort then brings: that state and no other. And a verification finds whatever a
 * restore refuses, and promises nothing that cannot be restored.
 *
 * <p>{@code -Dtailrace.mutations=1000000} sets how many cases are tried, {@code -Dtailrace.seed=…} with which seed.
 */
@Tag("thorough")
class MutationTest {

    private static final int CASES = Integer.getInteger("tailrace.mutations", 100);
    private static final long SEED = Long.getLong("tailrace.seed", 20261122L);
    private static final int BEST_EFFORT_EACH = 4;
    private static final long TIMEOUT_SECONDS = 60;
    private static final String NOTHING_LEFT = "; nothing before it can be restored";

    private static final List<String> REPLICAS = List.of(
            "v03-flat/wide",
            "v03-flat/twogen",
            "v03-flat/manysnap",
            "v03-flat/growshrink",
            "v03-flat/ps512",
            "v03-flat/ps65536",
            "v03-flat/resplit-unaligned",
            "v03-flat/uncommitted-tail",
            "seed-nested/wide",
            "seed-nested/twogen",
            "seed-nested/spill",
            "seed-nested/manysnap",
            "v04-nested16/wide",
            "v04-nested16/twogen",
            "v04-nested16/growshrink",
            "v04-nested16/tiny");

    /** An undamaged replica, and what is right for it. */
    private record Subject(
            ReplicaFixture fixture,
            SortedMap<String, byte[]> objects,
            History history,
            String newestGeneration,
            String right) {

        static Subject of(String name) throws IOException {
            String[] parts = name.split("/", 2);
            ReplicaFixture fixture = ReplicaFixtures.of(parts[0], parts[1]);
            SortedMap<String, byte[]> objects = fixture.objects();
            ExpectedRestore latest = fixture.restores().stream()
                    .filter(restore -> restore.isLatest() && restore.mustMatch())
                    .findFirst()
                    .orElseThrow();
            String generation = fixture.times().entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .flatMap(newest -> Place.of(newest.getKey()))
                    .map(Place::generation)
                    .orElseThrow();
            return new Subject(
                    fixture,
                    objects,
                    History.of(objects),
                    generation,
                    latest.sha256().orElseThrow());
        }
    }

    /** One case, told by its numbers. */
    private record Case(Subject subject, List<Mutation> mutations, boolean bestEffort) {

        SortedMap<String, byte[]> damaged() throws IOException {
            SortedMap<String, byte[]> objects = new TreeMap<>(subject.objects());
            for (Mutation mutation : mutations) {
                mutation.apply(subject.fixture().layout(), objects);
            }
            return objects;
        }

        /** Whether nothing was done to what the replica says. */
        boolean isHealthy() {
            return mutations.stream().allMatch(mutation -> mutation.kind() == Mutation.Kind.RECOMPRESS_SAME);
        }

        @Override
        public String toString() {
            return subject.fixture() + (bestEffort ? ", best effort" : "") + ", "
                    + mutations.stream().map(Mutation::toString).collect(Collectors.joining(" then "));
        }
    }

    /**
     * What one restore gave.
     *
     * @param outcome in words, to be counted
     * @param wrong what is wrong with it; empty if nothing is
     * @param restored the state that was brought back; empty if it was refused
     * @param damage why it was refused; empty if it was not, or for another reason
     */
    private record Answer(
            String outcome,
            Optional<String> wrong,
            Optional<Position> restored,
            Optional<DamagedReplicaException> damage) {}

    @Test
    void restoresTheRightDatabaseOrSaysWhatIsWrong(TestReporter reporter) throws Exception {
        List<Subject> subjects = new ArrayList<>();
        for (String name : REPLICAS) {
            subjects.add(Subject.of(name));
        }
        Map<String, Integer> outcomes = new TreeMap<>();
        ExecutorService restores = Executors.newSingleThreadExecutor();
        try (Scratch scratch = new Scratch()) {
            Path output = scratch.folder();
            SplittableRandom seeds = new SplittableRandom(SEED);
            for (int number = 0; number < CASES; number++) {
                Case tried = randomCase(subjects, seeds.split(), number);
                Optional<String> wrong = judge(restores, tried, output, outcomes);
                if (wrong.isPresent()) {
                    Case small = shrunk(restores, tried, output);
                    throw new AssertionError("seed " + SEED + ", case " + number + ": " + wrong.get() + "\n  case: "
                            + tried
                            + "\n  shrunk: " + small + "\n  "
                            + judge(restores, small, output, new TreeMap<>()).orElse("")
                            + "\n  objects changed: " + changes(small));
                }
            }
        } finally {
            restores.shutdownNow();
        }
        reporter.publishEntry("seed " + SEED + ", " + CASES + " cases", outcomes.toString());
        assertThat(outcomes).containsKeys("right", "DamagedReplicaException");
    }

    private static Case randomCase(List<Subject> subjects, SplittableRandom random, int number) {
        Subject subject = subjects.get(random.nextInt(subjects.size()));
        int count = random.nextInt(10) < 7 ? 1 : 2 + random.nextInt(2);
        List<Mutation> mutations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            mutations.add(Mutation.random(random));
        }
        return new Case(subject, mutations, number % BEST_EFFORT_EACH == 0);
    }

    /** What is wrong with the answer to a case; empty if nothing is. */
    private static Optional<String> judge(
            ExecutorService restores, Case tried, Path output, Map<String, Integer> outcomes) throws Exception {
        try {
            return restores.submit(() -> judge(tried, output, outcomes)).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return Optional.of("no end after " + TIMEOUT_SECONDS + " s");
        } catch (ExecutionException e) {
            StackTraceElement[] stack = e.getCause().getStackTrace();
            return Optional.of(
                    "untyped: " + e.getCause() + " " + Arrays.asList(stack).subList(0, Math.min(4, stack.length)));
        }
    }

    private static Optional<String> judge(Case tried, Path output, Map<String, Integer> outcomes) throws IOException {
        SortedMap<String, byte[]> damaged = tried.damaged();
        try (ReplicaClient replica = ReplicaClient.over("memory", store(tried, damaged), RetryPolicy.NEVER)) {
            Answer answer = restore(tried, damaged, replica, tried.bestEffort(), output);
            outcomes.merge(answer.outcome(), 1, Integer::sum);
            if (answer.wrong().isPresent()) {
                return answer.wrong();
            }
            Optional<String> wrongClaim = claims(tried, replica, output).wrong(tried.isHealthy());
            if (wrongClaim.isPresent() || answer.damage().isEmpty()) {
                return wrongClaim;
            }
            DamagedReplicaException damage = answer.damage().get();
            if (tried.bestEffort()) {
                return damage.getMessage().endsWith(NOTHING_LEFT) && !damage.isSalvageable()
                        ? Optional.empty()
                        : Optional.of("promises what it did not bring: " + damage.getMessage());
            }
            Answer salvage = restore(tried, damaged, replica, true, output);
            outcomes.merge("refused, then " + salvage.outcome(), 1, Integer::sum);
            return salvage.wrong().or(() -> brokenPromise(damage, salvage));
        }
    }

    private static VerificationClaims claims(Case tried, ReplicaClient replica, Path output) {
        Random random = new Random(tried.toString().hashCode());
        return new VerificationClaims(replica, random, output.resolve("claimed.db"));
    }

    /** What is wrong with what a refusal says is left; empty if best effort then brought exactly that. */
    private static Optional<String> brokenPromise(DamagedReplicaException refusal, Answer salvage) {
        String promised = salvage.restored()
                .map(state -> "; still restorable, by best effort: "
                        + (state.offset() > 0
                                ? "up to " + state
                                : String.format("snapshot %s/%08x", state.generation(), state.index())))
                .orElse(NOTHING_LEFT);
        // Where the WAL of a snapshot's own index is lost, the promise says what it rests on.
        String told = refusal.getMessage().replace(", if its snapshot is a whole state, which nothing proves", "");
        return told.endsWith(promised)
                        && refusal.isSalvageable() == salvage.restored().isPresent()
                ? Optional.empty()
                : Optional.of("best effort brought \"" + promised + "\" of: " + refusal.getMessage());
    }

    /** Restores, and judges what that gave by itself. */
    private static Answer restore(
            Case tried, SortedMap<String, byte[]> damaged, ReplicaClient replica, boolean bestEffort, Path output)
            throws IOException {
        Path database = output.resolve("app.db");
        String prefix = bestEffort ? "best effort: " : "";
        try {
            RestoreResult result = Restorer.of(
                            replica,
                            RestoreOptions.builder().bestEffort(bestEffort).build())
                    .restoreTo(database);
            byte[] bytes = Files.readAllBytes(database);
            Files.delete(database);
            String outcome = "right";
            Optional<String> wrong = leftBehind(output);
            if (!Digest.of(bytes).equals(tried.subject().right())) {
                Optional<KnownLimits.Limit> limit = new KnownLimits(
                                tried.subject().history(),
                                tried.subject().fixture().layout(),
                                damaged)
                        .explain(result, tried.subject().newestGeneration());
                if (limit.isEmpty()) {
                    wrong = Optional.of("a wrong database without a word, up to " + result.position());
                } else if (!Digest.of(bytes).equals(Digest.of(limit.get().database()))) {
                    wrong = Optional.of("not the state that is explained by "
                            + limit.get().reasons() + ", up to " + result.position());
                }
                outcome = (result.plan().leftOut().isEmpty() ? "" : prefix)
                        + limit.map(KnownLimits.Limit::reasons).orElse(Set.of());
            }
            return new Answer(outcome, wrong, Optional.of(result.position()), Optional.empty());
        } catch (TailraceException e) {
            return new Answer(
                    prefix + e.getClass().getSimpleName(),
                    tried.isHealthy()
                            ? Optional.of("a healthy replica was refused: " + e.getMessage())
                            : leftBehind(output),
                    Optional.empty(),
                    e instanceof DamagedReplicaException damage ? Optional.of(damage) : Optional.empty());
        }
    }

    private static Optional<String> leftBehind(Path output) throws IOException {
        List<String> left = Scratch.names(output);
        return left.isEmpty() ? Optional.empty() : Optional.of("files left behind: " + left);
    }

    private static InMemoryObjectStore store(Case tried, SortedMap<String, byte[]> objects) throws IOException {
        Map<String, Instant> times = tried.subject().fixture().times();
        InMemoryObjectStore store =
                new InMemoryObjectStore("memory:" + tried.subject().fixture());
        for (Map.Entry<String, byte[]> object : objects.entrySet()) {
            store.put(
                    object.getKey(),
                    ObjectSource.of(object.getValue()),
                    PutOptions.NONE.recordedAt(timeOf(object.getKey(), times)));
        }
        return store;
    }

    /** What is new in a generation is as old as its newest object: a time alone must not change which one is chosen. */
    private static Instant timeOf(String key, Map<String, Instant> times) {
        Instant own = times.get(key);
        String folder = key.substring(0, key.indexOf('/', "generations/".length()) + 1);
        return own != null
                ? own
                : times.entrySet().stream()
                        .filter(object -> object.getKey().startsWith(folder))
                        .map(Map.Entry::getValue)
                        .max(Instant::compareTo)
                        .orElseThrow();
    }

    /** The case with as few mutations as still make it fail. */
    private static Case shrunk(ExecutorService restores, Case failing, Path output) throws Exception {
        Case smallest = failing;
        for (int i = 0; i < smallest.mutations().size() && smallest.mutations().size() > 1; ) {
            List<Mutation> fewer = new ArrayList<>(smallest.mutations());
            fewer.remove(i);
            Case smaller = new Case(smallest.subject(), fewer, smallest.bestEffort());
            if (judge(restores, smaller, output, new TreeMap<>()).isPresent()) {
                smallest = smaller;
            } else {
                i++;
            }
            for (String name : Scratch.names(output)) {
                Scratch.delete(output.resolve(name));
            }
        }
        return smallest;
    }

    private static String changes(Case tried) throws IOException {
        SortedMap<String, byte[]> before = tried.subject().objects();
        SortedMap<String, byte[]> after = tried.damaged();
        return Stream.concat(before.keySet().stream(), after.keySet().stream())
                .distinct()
                .filter(key -> !Arrays.equals(before.get(key), after.get(key)))
                .map(key -> key + " (" + size(before, key) + " -> " + size(after, key) + " bytes)")
                .collect(Collectors.joining(", "));
    }

    private static String size(Map<String, byte[]> objects, String key) {
        byte[] bytes = objects.get(key);
        return bytes == null ? "no" : Integer.toString(bytes.length);
    }
}
