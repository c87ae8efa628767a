// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec;

import dev.tailrace.error.NoProviderException;
import dev.tailrace.internal.Services;
import java.util.List;

/** The compression that is installed. */
public final class BlockCompressions {

    private BlockCompressions() {}

    /**
     * The {@link BlockCompression} that {@link java.util.ServiceLoader} finds.
     *
     * @throws NoProviderException if there is none (the message names the jar to add) or more than one (it names all)
     */
    public static BlockCompression installed() {
        Services.Found<BlockCompression> found = Services.load(BlockCompression.class);
        List<BlockCompression> providers = found.providers();
        if (providers.size() == 1) {
            return providers.get(0);
        }
        if (providers.isEmpty()) {
            throw new NoProviderException("no LZ4 compression: add the jar dev.tailrace:tailrace-codec-lz4"
                    + (found.failures().isEmpty() ? "" : "; not loaded: " + String.join("; ", found.failures())));
        }
        throw new NoProviderException("more than one LZ4 compression: "
                + String.join(", ", providers.stream().map(Services::describe).toList()) + "; remove all but one");
    }
}
