// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProvider;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.lang.System.Logger.Level;
import java.util.Set;

/**
 * Opens folders as stores. Accepted are
 *
 * <ul>
 *   <li>{@code file:///absolute/path}, {@code file:/absolute/path};
 *   <li>{@code file:relative/path}, {@code file://./relative/path}, relative to the working directory;
 *   <li>{@code file://relative/path}, also relative, as Litestream reads it, with a warning, since an absolute path may have
 *       been meant; {@code localhost} is no exception;
 *   <li>{@code file:~/path}, {@code file://~/path}, below the home directory.
 * </ul>
 *
 * <p>Trailing slashes, {@code .} and {@code ..} are cleaned. There are no options and no settings. The folder need not
 * exist; whether it can be read shows at the first use of the store.
 */
public final class FileObjectStoreProvider implements ObjectStoreProvider {

    /** For {@link java.util.ServiceLoader}. */
    public FileObjectStoreProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("file");
    }

    @Override
    public ObjectStore open(ReplicaUrl url, StoreSettings settings) {
        FolderUrl read = FolderUrl.read(url);
        read.warning()
                .ifPresent(warning -> System.getLogger(getClass().getName()).log(Level.WARNING, warning));
        return new FileObjectStore(read.folder());
    }
}
