// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.process;

import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProvider;
import dev.tailrace.store.ObjectStoreProviders;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** Opens {@code crowd://NAME/FOLDER}: the replica in that folder, among the {@link Crowd} of that name. */
public final class CrowdedStoreProvider implements ObjectStoreProvider {

    /** For {@link java.util.ServiceLoader}. */
    public CrowdedStoreProvider() {}

    static String url(Crowd crowd, Path folder) {
        return "crowd://" + crowd.name().replace('_', '-').toLowerCase(Locale.ROOT) + folder.toAbsolutePath();
    }

    @Override
    public Set<String> schemes() {
        return Set.of("crowd");
    }

    @Override
    public ObjectStore open(ReplicaUrl url, StoreSettings settings) throws TailraceException {
        Crowd crowd = Crowd.valueOf(url.host().replace('-', '_').toUpperCase(Locale.ROOT));
        ReplicaUrl folder = ReplicaUrl.ofFolder(Path.of(url.path()));
        return new CrowdedStore(
                ObjectStoreProviders.installed().forScheme("file").open(folder, settings), crowd);
    }
}
