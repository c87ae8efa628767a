// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Bytes that are not one whole, unaltered LZ4 frame. Whoever knows which object they came from says so. */
public final class CorruptFrameException extends IOException {

    private final long offset;

    CorruptFrameException(String message, long offset, @Nullable Throwable cause) {
        super(message, cause);
        this.offset = offset;
    }

    /** Where in the compressed bytes, from the start of the frame. */
    public long offset() {
        return offset;
    }
}
