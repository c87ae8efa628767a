// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProvider;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.util.Set;

/** A backend that is there, but reaches nothing. */
public final class FakeBackend implements ObjectStoreProvider {

    @Override
    public Set<String> schemes() {
        return Set.of("phony", "fake");
    }

    @Override
    public ObjectStore open(ReplicaUrl url, StoreSettings settings) throws TailraceException {
        throw new StoreUnavailableException("cannot reach " + url, url.toString(), null);
    }
}
