// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.Restorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the restores to points of a replica give, each done once: a digest, or that it is not available. */
final class RestoredPoints {

    private final ReplicaClient replica;
    private final Path database;
    private final Map<RestorePoint, String> known = new LinkedHashMap<>();
    private int restores;

    RestoredPoints(ReplicaClient replica, Path folder) {
        this.replica = replica;
        database = folder.resolve("restored.db");
    }

    String at(RestorePoint point) throws Exception {
        String outcome = known.get(point);
        if (outcome == null) {
            outcome = restore(replica, point, database);
            restores++;
            known.put(point, outcome);
        }
        return outcome;
    }

    /** Requires that a point of another replica gives the same. */
    void requireSame(ReplicaClient other, RestorePoint point, String what) throws Exception {
        String expected = at(point);
        restores++;
        assertThat(restore(other, point, database)).as("%s: %s", what, point).isEqualTo(expected);
    }

    int restores() {
        return restores;
    }

    static String restore(ReplicaClient replica, RestorePoint point, Path database) throws Exception {
        RestoreOptions.Builder options =
                RestoreOptions.builder().target(point.target()).parallelism(1);
        point.generation().ifPresent(options::generation);
        try {
            RestoreResult result = Restorer.of(replica, options.build()).restoreTo(database);
            return digest(result.path()) + " " + result.position();
        } catch (TargetNotAvailableException e) {
            return "not available";
        } finally {
            Files.deleteIfExists(database);
        }
    }

    private static String digest(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
