// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import java.io.IOException;
import java.util.Optional;

/** A source cannot be read. Passes through the SDK, which would try again after an {@link IOException}. */
final class SourceFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final IOException cause;

    SourceFailure(IOException cause) {
        super(cause);
        this.cause = cause;
    }

    IOException cause() {
        return cause;
    }

    /** That of a source which led to a failure of the SDK. */
    static Optional<IOException> in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SourceFailure found) {
                return Optional.of(found.cause());
            }
        }
        return Optional.empty();
    }
}
