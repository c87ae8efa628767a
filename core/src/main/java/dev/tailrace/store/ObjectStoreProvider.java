// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import dev.tailrace.error.TailraceException;
import java.util.Set;

/**
 * Opens stores for some URL schemes. Found by {@link java.util.ServiceLoader}: a backend's jar names its provider both in
 * {@code META-INF/services} and, where it is a module, in its {@code module-info}.
 *
 * <p>The constructor has no arguments and does nothing: all providers are made to find one. Classes of a vendor's client
 * are touched inside {@link #open} only.
 */
public interface ObjectStoreProvider {

    /** The schemes it serves, in lower case, such as {@code s3}; never empty, always the same. */
    Set<String> schemes();

    /**
     * Opens the store that a URL names. Reads credentials, but does no other I/O: whether the store can be reached shows at
     * its first use.
     *
     * @param url of one of {@link #schemes()}
     * @param settings what the caller has set; the URL's own options win over them
     * @return a store, to be closed by the caller
     * @throws dev.tailrace.error.ReplicaUrlException if the URL is not one that this backend understands
     */
    ObjectStore open(ReplicaUrl url, StoreSettings settings) throws TailraceException;
}
