// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import java.io.IOException;
import java.util.Optional;

/** A source cannot be read. Passes through a vendor's client, which would try again after an {@link IOException}. */
public final class SourceFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final IOException cause;

    /** @param cause what the source said */
    public SourceFailure(IOException cause) {
        super(cause);
        this.cause = cause;
    }

    /** What the source said. */
    public IOException cause() {
        return cause;
    }

    /** That of a source which led to a failure of the client. */
    public static Optional<IOException> in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SourceFailure found) {
                return Optional.of(found.cause());
            }
        }
        return Optional.empty();
    }
}
