// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.cli.configuration.ConfigurationException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.NoProviderException;
import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.error.TailraceException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Chooses among the replicas of a database: the one that would bring back the newest state, and the next one where that turns
 * out to be broken. Those that fail are named by a warning; if all fail, so does the choice.
 */
final class ReplicaChoice {

    /** What is done with a replica. */
    interface Use<T> {
        T of(ReplicaSource.Place place) throws IOException;
    }

    private record Candidate(ReplicaSource source, ReplicaSource.Place place, Instant newest) {}

    private record Failed(ReplicaSource source, Exception cause) {}

    private final Consumer<String> notes;
    private final Consumer<String> warnings;
    private final List<Failed> failures = new ArrayList<>();
    private final List<Failed> told = new ArrayList<>();

    /**
     * A choice.
     *
     * @param notes takes which replica is used, where there is a choice
     * @param warnings takes which are not, and why
     */
    ReplicaChoice(Consumer<String> notes, Consumer<String> warnings) {
        this.notes = notes;
        this.warnings = warnings;
    }

    /**
     * Uses the best replica that can be used.
     *
     * @param newest when the state was made that a replica would bring back; not asked where there is no choice
     * @throws IOException that of the one replica; of several the first, but {@link EmptyReplicaException} only if all are
     *     empty: one that cannot be reached is not known to be
     */
    <T> T use(List<ReplicaSource> sources, Use<Instant> newest, Use<T> use) throws IOException {
        if (sources.size() == 1) {
            return use.of(sources.get(0).readablePlace());
        }
        List<Candidate> candidates = new ArrayList<>();
        for (ReplicaSource source : sources) {
            attempt(source, () -> {
                ReplicaSource.Place place = source.readablePlace();
                return candidates.add(new Candidate(source, place, newest.of(place)));
            });
        }
        candidates.sort(Comparator.comparing(Candidate::newest).reversed());
        for (Candidate candidate : candidates) {
            warn();
            notes.accept("taking replica " + candidate.source().name() + " ("
                    + candidate.place().url() + "), whose newest object is of " + Shown.time(candidate.newest()));
            List<T> result = new ArrayList<>();
            attempt(candidate.source(), () -> result.add(use.of(candidate.place())));
            if (!result.isEmpty()) {
                return result.get(0);
            }
        }
        throw failure();
    }

    private interface Attempt {
        boolean make() throws IOException;
    }

    private void attempt(ReplicaSource source, Attempt attempt) throws IOException {
        try {
            attempt.make();
        } catch (RestoreTargetException | RestoreCancelledException e) {
            // No other replica would do better.
            throw e;
        } catch (TailraceException | ConfigurationException | ReplicaUrlException | NoProviderException e) {
            failures.add(new Failed(source, e));
        }
    }

    /** Tells of what was passed over, once. */
    private void warn() {
        for (Failed failed : failures) {
            warnings.accept("replica " + failed.source().name() + " is passed over: "
                    + Failure.of(failed.cause()).message());
        }
        told.addAll(failures);
        failures.clear();
    }

    private IOException failure() throws IOException {
        List<Failed> all = new ArrayList<>(told);
        all.addAll(failures);
        Failed first = all.stream()
                .filter(failed -> !(failed.cause() instanceof EmptyReplicaException))
                .findFirst()
                .orElse(all.get(0));
        failures.remove(first);
        warn();
        if (first.cause() instanceof IOException failure) {
            return failure;
        }
        throw (RuntimeException) first.cause();
    }
}
