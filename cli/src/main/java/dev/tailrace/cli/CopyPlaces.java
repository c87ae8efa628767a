// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProviders;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where a copy goes from and to.
 *
 * @param source a URL, a folder, or the only replica of a database in the configuration
 * @param destination a URL, or a folder that need not exist
 */
record CopyPlaces(ReplicaSource.Place source, ReplicaSource.Place destination) {

    /**
     * What the two operands mean.
     *
     * @param quiet whether to keep warnings to oneself
     */
    static CopyPlaces find(List<String> operands, ReplicaFlags replicas, Session session, Flags flags, boolean quiet)
            throws IOException {
        if (operands.size() != 2 || operands.get(1).isEmpty()) {
            throw flags.wrong(operands.size() > 2 ? "too many arguments" : "a source and a destination are required");
        }
        List<ReplicaSource> sources =
                replicas.find(operands.subList(0, 1), session, quiet).all();
        if (sources.size() > 1) {
            throw flags.wrong("must specify -replica flag, since one replica is copied; there are "
                    + String.join(
                            ", ", sources.stream().map(ReplicaSource::name).toList()));
        }
        ReplicaSource.Place source = sources.get(0).readablePlace();
        ReplicaSource.Place destination =
                destination(operands.get(1), session.surroundings().environment(), flags);
        if (source.url().toString().equals(destination.url().toString())) {
            throw flags.wrong("source and destination are the same: " + source.url());
        }
        return new CopyPlaces(source, destination);
    }

    private static ReplicaSource.Place destination(String operand, Map<String, String> environment, Flags flags) {
        ReplicaUrl url = ReplicaArgument.parse(operand).orElseGet(() -> {
            Path folder = Path.of(operand);
            if (Files.exists(folder)) {
                throw flags.wrong("the destination is not a folder, but a file: " + operand);
            }
            return ReplicaUrl.ofFolder(folder);
        });
        return ReplicaSource.of(url, environment).place().get();
    }

    /** Opens a store; to be closed. */
    static ObjectStore open(ReplicaSource.Place place) throws IOException {
        StoreSettings settings = place.settings();
        return ObjectStoreProviders.installed().forScheme(place.url().scheme()).open(place.url(), settings);
    }
}
