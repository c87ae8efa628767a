// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProvider;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.util.Set;

/**
 * Opens folders of SFTP servers as stores. Accepted are
 *
 * <ul>
 *   <li>{@code sftp://user[:password]@host[:port]/absolute/path};
 *   <li>{@code sftp://user@host/~/path}, below the folder where the user is when logged in; {@code sftp://user@host} is that
 *       folder.
 * </ul>
 *
 * <p>Options, in the URL or the settings: {@code key-path}, {@code host-key} (a fingerprint or public key that the server must
 * show), {@code known-hosts} (a file), {@code insecure-host-key}; in the settings also {@code user} and {@code password}. Of the
 * environment: {@code LITESTREAM_SFTP_PASSWORD}, {@code LITESTREAM_SFTP_KEY_PATH}, {@code LITESTREAM_SFTP_KEY_PASSPHRASE},
 * {@code SSH_AUTH_SOCK}. A server whose key is neither pinned nor in a known_hosts file is refused.
 */
public final class SftpObjectStoreProvider implements ObjectStoreProvider {

    /** For {@link java.util.ServiceLoader}. */
    public SftpObjectStoreProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("sftp");
    }

    @Override
    public ObjectStore open(ReplicaUrl url, StoreSettings settings) throws TailraceException {
        return SftpOpening.open(url, settings);
    }
}
