// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.Restorer;
import dev.tailrace.restore.Verification;
import dev.tailrace.restore.Verification.Outcome;
import dev.tailrace.restore.VerifiedDamage;
import dev.tailrace.restore.Verifier;
import dev.tailrace.restore.VerifyLevel;
import dev.tailrace.restore.VerifyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** What a verification claims of a replica, held against what restores of it do. */
final class VerificationClaims {

    private final ReplicaClient replica;
    private final Random random;
    private final Path database;

    /** @param database where restores may put their database; removed after each */
    VerificationClaims(ReplicaClient replica, Random random, Path database) {
        this.replica = replica;
        this.random = random;
        this.database = database;
    }

    /**
     * What is wrong with them; empty if nothing is.
     *
     * @param healthy whether nothing may be found
     */
    Optional<String> wrong(boolean healthy) throws IOException {
        Optional<Verification> data = verify(VerifyLevel.DATA);
        Optional<TailraceException> newest = refusal(RestoreOptions.builder());
        if (data.isEmpty()) {
            return newest.filter(UnsupportedReplicaException.class::isInstance).isPresent()
                    ? Optional.empty()
                    : Optional.of("verify finds what a restore reads unsupported");
        }
        Verification verification = data.get();
        if (healthy && verification.outcome() != Outcome.OK) {
            return Optional.of("verify calls a healthy replica " + verification);
        }
        Optional<String> silent = strictRefusal(newest, verification, "the newest state");
        if (silent.isPresent()) {
            return silent;
        }
        for (Position index : someIndexes()) {
            Optional<TailraceException> refusal = refusal(RestoreOptions.builder()
                    .generation(index.generation())
                    .target(RestoreTarget.atIndex(index.index())));
            silent = strictRefusal(refusal, verification, "index " + index);
            if (silent.isPresent()) {
                return silent;
            }
        }
        for (Position position : someTransactions(verification)) {
            Optional<TailraceException> refusal =
                    refusal(RestoreOptions.builder().target(RestoreTarget.atPosition(position)));
            silent = strictRefusal(refusal, verification, "" + position);
            if (silent.isPresent()) {
                return silent;
            }
        }
        return levelsDisagree(verification).or(() -> brokenPromise(verification));
    }

    private static Optional<String> strictRefusal(
            Optional<TailraceException> refusal, Verification verification, String what) {
        if (refusal.isEmpty()) {
            return Optional.empty();
        }
        TailraceException failure = refusal.get();
        boolean silent = failure instanceof DamagedReplicaException
                        && verification.outcome() != Outcome.DAMAGED
                        && verification.outcome() != Outcome.INCONCLUSIVE
                || failure instanceof EmptyReplicaException && verification.outcome() != Outcome.EMPTY
                || failure instanceof UnsupportedReplicaException;
        return silent
                ? Optional.of("verify says " + verification.outcome() + " though " + what + " is refused: " + failure)
                : Optional.empty();
    }

    /** More is found by a level that looks further, never less; and names alone find nothing that is not there. */
    private Optional<String> levelsDisagree(Verification data) throws IOException {
        Verification names = verify(VerifyLevel.NAMES).orElseThrow();
        if (names.outcome() == Outcome.DAMAGED && data.outcome() != Outcome.DAMAGED) {
            return Optional.of("only the names are damaged: " + names.damages());
        }
        Verification chain = verify(VerifyLevel.CHAIN).orElseThrow();
        return chain.damages().size() < data.damages().size()
                ? Optional.of("chain finds less than data: " + chain.damages() + " of " + data.damages())
                : Optional.empty();
    }

    /** States before and after a damage can be restored. */
    private Optional<String> brokenPromise(Verification verification) {
        Set<Position> promised = new LinkedHashSet<>();
        for (VerifiedDamage damage : verification.damages()) {
            damage.before().ifPresent(promised::add);
            damage.after().ifPresent(promised::add);
        }
        verification.latest().ifPresent(promised::add);
        for (Position position : promised) {
            RestoreOptions options = RestoreOptions.builder()
                    .target(RestoreTarget.atPosition(position))
                    .bestEffort(true)
                    .build();
            try {
                RestoreResult result = Restorer.of(replica, options).restoreTo(database);
                Files.delete(database);
                if (!result.position().equals(position)) {
                    return Optional.of("promised " + position + " but best effort brought " + result.position()
                            + "; found " + verification.damages());
                }
            } catch (IOException e) {
                return Optional.of("promised " + position + ", but: " + e + "; found " + verification.damages());
            }
        }
        return Optional.empty();
    }

    private List<Position> someIndexes() throws IOException {
        List<Position> all = new ArrayList<>();
        for (Generation generation : replica.generations()) {
            GenerationCatalog catalog = replica.catalog(generation);
            if (!catalog.isEmpty() && catalog.maxIndex() >= 0) {
                all.add(new Position(generation, random.nextInt((int) Math.min(1000, catalog.maxIndex() + 1)), 0));
            }
        }
        return all;
    }

    private List<Position> someTransactions(Verification verification) {
        return verification.latest().stream().toList();
    }

    private Optional<Verification> verify(VerifyLevel level) throws IOException {
        try {
            return Optional.of(
                    Verifier.of(replica, VerifyOptions.builder().level(level).build())
                            .verify());
        } catch (UnsupportedReplicaException e) {
            return Optional.empty();
        }
    }

    private Optional<TailraceException> refusal(RestoreOptions.Builder options) throws IOException {
        try {
            Restorer.of(replica, options.build()).restoreTo(database);
            Files.delete(database);
            return Optional.empty();
        } catch (TailraceException e) {
            return Optional.of(e);
        }
    }
}
