// SPDX-License-Identifier: Apache-2.0
package com.example.zipstore;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProvider;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.nio.file.Path;
import java.util.Set;

/** Opens zip files as stores: {@code zip:/backup/app.zip}, {@code zip:///backup/app.zip}, {@code zip:app.zip}. */
public final class ZipObjectStoreProvider implements ObjectStoreProvider {

    /** For {@link java.util.ServiceLoader}. */
    public ZipObjectStoreProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("zip");
    }

    @Override
    public ObjectStore open(ReplicaUrl url, StoreSettings settings) {
        if (!url.host().isEmpty() || url.user().isPresent() || !url.path().matches(".*[^/]")) {
            throw new ReplicaUrlException("no zip file in " + url + "; write zip:/folder/file.zip");
        }
        if (!url.options().isEmpty()) {
            throw new ReplicaUrlException(
                    "zip url has no option " + String.join(", ", url.options().keySet()) + ": " + url + "; remove it");
        }
        return new ZipObjectStore(Path.of(url.path()), url.toString());
    }
}
