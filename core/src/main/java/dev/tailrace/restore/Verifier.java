// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.replica.ForeignFormat;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.Verification.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Proves that a replica can be restored, or names what is wrong with it: all that a strict restore of any of its states would
 * refuse as damage, in every generation, and not the first of it only. Each object is read once; nothing is written, but for
 * {@link VerifyLevel#RESTORE}. Blocks; interrupting the calling thread cancels it. Safe for use by many threads.
 */
public final class Verifier {

    private final ReplicaClient replica;
    private final VerifyOptions options;

    private Verifier(ReplicaClient replica, VerifyOptions options) {
        this.replica = requireNonNull(replica, "replica");
        this.options = requireNonNull(options, "options");
    }

    /**
     * A verifier with {@link VerifyOptions#defaults()}.
     *
     * @param replica stays the caller's to close
     */
    public static Verifier of(ReplicaClient replica) {
        return of(replica, VerifyOptions.defaults());
    }

    /**
     * A verifier with options.
     *
     * @param replica stays the caller's to close
     */
    public static Verifier of(ReplicaClient replica, VerifyOptions options) {
        return new Verifier(replica, options);
    }

    /**
     * Verifies. What looks wrong leads to another listing before it counts, since uploads and retention may go on; if that
     * differs, the generation is read once more, three times in all at most.
     *
     * @return what was found: damage, and a replica that is empty, are no failures
     * @throws TargetNotAvailableException if the generation asked for is not there; or if nothing can be proved to be newer
     *     than the position to go on from, because it is no longer there or no transaction ends at it
     * @throws UnsupportedReplicaException if all data, or the newest, is of a format not read here, LTX among them, which is an
     *     {@link LtxVerifier}'s; or an object is
     * @throws dev.tailrace.error.RestoreTargetException if the scratch restore cannot write
     * @throws RestoreCancelledException if the calling thread is interrupted
     * @throws dev.tailrace.error.NoProviderException if there is no LZ4 compression
     * @throws IOException another of {@link dev.tailrace.error}, if the store fails
     */
    public Verification verify() throws IOException {
        try {
            return look();
        } catch (RestoreCancelledException e) {
            throw new RestoreCancelledException("verification was interrupted", e);
        }
    }

    private Verification look() throws IOException {
        long began = System.nanoTime();
        Findings findings = new Findings();
        Optional<Instant> known = Optional.empty();
        if (options.since().isPresent()) {
            Position since = options.since().get();
            GenerationCatalog catalog = required(since.generation());
            known = GenerationHistory.timeOf(catalog, since);
            findings.look(catalog);
        } else if (options.generation().isPresent()) {
            findings.look(required(options.generation().get()));
        }
        if (options.generation().isEmpty()) {
            lookAtOthers(findings, known);
            findings.foreign(replica.foreignFormats());
        }
        if (options.level() == VerifyLevel.RESTORE && !findings.generations.isEmpty()) {
            findings.restore();
        }
        return findings.verification(Duration.ofNanos(System.nanoTime() - began));
    }

    private GenerationCatalog required(Generation generation) throws IOException {
        GenerationCatalog catalog = replica.catalog(generation);
        if (catalog.isEmpty()) {
            List<Generation> present = replica.generations();
            throw new TargetNotAvailableException(
                    "no generation " + generation + " in " + replica.location() + "; there "
                            + (present.isEmpty()
                                    ? "are none"
                                    : "are: "
                                            + String.join(
                                                    ", ",
                                                    present.stream()
                                                            .map(Generation::name)
                                                            .toList())),
                    replica.location());
        }
        return catalog;
    }

    /** @param known nothing is looked at that was written last before that */
    private void lookAtOthers(Findings findings, Optional<Instant> known) throws IOException {
        for (Generation generation : replica.generations()) {
            if (options.since()
                    .filter(since -> since.generation().equals(generation))
                    .isPresent()) {
                continue;
            }
            GenerationCatalog catalog = replica.catalog(generation);
            boolean wasKnown = known.isPresent()
                    && !catalog.updatedAt().orElse(Instant.MIN).isAfter(known.get());
            if (!catalog.isEmpty() && !wasKnown) {
                findings.look(catalog);
            }
        }
    }

    /** What has been found so far. */
    private final class Findings {

        private final List<VerifiedGeneration> generations = new ArrayList<>();
        private final List<VerifiedDamage> damages = new ArrayList<>();
        private final List<VerifiedDamage> openQuestions = new ArrayList<>();
        private final Map<Generation, VerifiedDamage> unprovedSnapshots = new HashMap<>();
        private final List<String> notes = new ArrayList<>();
        private long objects;
        private long requests;
        private long bytesRead;

        void look(GenerationCatalog catalog) throws IOException {
            GenerationVerification verification = new GenerationVerification(replica, options, catalog);
            VerifiedGeneration verified = verification.run();
            objects += verification.objects();
            requests += verification.requests();
            bytesRead += verification.bytesRead();
            if (verification.isGone()) {
                return;
            }
            generations.add(verified);
            damages.addAll(verification.found().damages());
            openQuestions.addAll(verification.found().openQuestions());
            verification
                    .unprovedSnapshot()
                    .ifPresent(snapshot -> unprovedSnapshots.put(verified.generation(), snapshot));
            notes.addAll(verification.notes(verified));
        }

        void foreign(List<ForeignFormat> formats) throws IOException {
            Instant newest = newestObject().orElse(Instant.MIN);
            for (ForeignFormat format : formats) {
                if (format.newest().isAfter(newest) && (!format.isLtx() || isLtxNewerThan(newest))) {
                    throw new UnsupportedReplicaException(
                            replica.location() + (generations.isEmpty() ? " holds " : " also holds ") + format.name()
                                    + " data"
                                    + (generations.isEmpty()
                                            ? ""
                                            : " of " + format.newest() + ", newer than its generations")
                                    + (format.isLtx()
                                            ? ", which an LtxVerifier verifies"
                                            : ", which this version cannot verify")
                                    + (generations.isEmpty() ? "" : "; name a generation to verify the older data"),
                            replica.location());
                }
                notes.add((format.newest().isAfter(newest) ? "newer " : "older ") + format.name()
                        + " data lies beside the generations and was passed over");
            }
        }

        /** By their own headers: the store's times may be those of a copy. */
        private boolean isLtxNewerThan(Instant newest) throws IOException {
            return LtxNewest.until(Instant.MAX, replica.ltxReplicas())
                    .filter(ltx -> ltx.timestamp().isAfter(newest))
                    .isPresent();
        }

        /** Brings the newest state back, and throws it away. */
        void restore() throws IOException {
            try (ScratchRestore scratch = ScratchRestore.in(options.scratchFolder())) {
                RestoreResult result = scratch.restore(replica, options);
                requests += result.requests();
                bytesRead += result.bytesRead();
                objects += result.objectsRead();
            } catch (DamagedReplicaException e) {
                Damage damage = e.damage();
                if (damages.stream().noneMatch(found -> found.damage().key().equals(damage.key()))) {
                    damages.add(new VerifiedDamage(
                            newestGeneration().orElseThrow().generation(), damage, Optional.empty(), Optional.empty()));
                }
            }
        }

        private Optional<VerifiedGeneration> newestGeneration() {
            return generations.stream().max(Comparator.comparing(VerifiedGeneration::newest));
        }

        private Optional<Instant> newestObject() {
            return newestGeneration().map(VerifiedGeneration::newest);
        }

        Verification verification(Duration duration) {
            newestGeneration()
                    .map(generation -> unprovedSnapshots.get(generation.generation()))
                    .ifPresent(openQuestions::add);
            generations.sort(
                    Comparator.comparing(generation -> generation.generation().name()));
            Optional<VerifiedGeneration> latest = generations.stream()
                    .filter(generation -> generation.latest().isPresent())
                    .max(Comparator.comparing(VerifiedGeneration::newest));
            Optional<Instant> newest = options.level() == VerifyLevel.NAMES
                    ? newestObject()
                    : latest.flatMap(VerifiedGeneration::latestAt);
            Instant now = options.clock().instant();
            Optional<Duration> age =
                    newest.map(time -> time.isAfter(now) ? Duration.ZERO : Duration.between(time, now));
            return new Verification(
                    replica.location(),
                    options.level(),
                    outcome(age),
                    options.since(),
                    generations,
                    damages,
                    openQuestions,
                    notes,
                    latest.flatMap(VerifiedGeneration::latest),
                    newest,
                    age,
                    objects,
                    requests,
                    bytesRead,
                    duration);
        }

        private Outcome outcome(Optional<Duration> age) {
            if (!damages.isEmpty()) {
                return Outcome.DAMAGED;
            }
            if (!openQuestions.isEmpty()) {
                return Outcome.INCONCLUSIVE;
            }
            if (generations.isEmpty()) {
                return Outcome.EMPTY;
            }
            boolean stale = options.maxAge().isPresent()
                    && (age.isEmpty() || age.get().compareTo(options.maxAge().get()) > 0);
            return stale ? Outcome.STALE : Outcome.OK;
        }
    }
}
