// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

import org.jspecify.annotations.Nullable;

/** The output cannot be written: it exists, has sidecar files, its folder is not writable, or the disk is full. */
public final class RestoreTargetException extends TailraceException {

    public RestoreTargetException(String message, @Nullable Throwable cause) {
        super(message, null, cause);
    }
}
