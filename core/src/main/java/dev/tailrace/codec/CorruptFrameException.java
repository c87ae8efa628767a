// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Bytes that are not one whole, unaltered LZ4 frame. Whoever knows which object they came from says so. */
public final class CorruptFrameException extends IOException {

    private static final byte[] UNKNOWN = {};

    private final long offset;
    private final byte[] beginning;
    private final boolean early;

    CorruptFrameException(String message, long offset, @Nullable Throwable cause) {
        this(message, offset, UNKNOWN, false, cause);
    }

    CorruptFrameException(String message, long offset, byte[] beginning, boolean early, @Nullable Throwable cause) {
        super(message, cause);
        this.offset = offset;
        this.beginning = beginning;
        this.early = early;
    }

    /** Whether all there is may be the beginning of a frame: it ends before the frame does, and is not wrong up to there. */
    public boolean endsEarly() {
        return early;
    }

    /** The first bytes where they are not those of an LZ4 frame, to be recognised as something else; empty otherwise. */
    public byte[] beginning() {
        return beginning.clone();
    }

    /** Where in the compressed bytes, from the start of the frame. */
    public long offset() {
        return offset;
    }
}
