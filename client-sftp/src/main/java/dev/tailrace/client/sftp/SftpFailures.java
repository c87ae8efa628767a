// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import java.io.IOException;

/** Makes the errors of a store from those of its server. A file that is absent is for the caller to tell. */
final class SftpFailures {

    private SftpFailures() {}

    /**
     * The typed form of a failure.
     *
     * @param action what failed, as in "cannot read app/1 in sftp://user@host/replica"
     */
    static TailraceException typed(String action, IOException failure, String location) {
        if (failure instanceof TailraceException typed) {
            return typed;
        }
        if (failure instanceof Refusal refusal && refusal.isDenied()) {
            return new StoreAccessException(
                    action + ": " + refusal.getMessage() + "; give this user access to it on the server",
                    location,
                    failure);
        }
        String next = failure instanceof ConnectionLost ? "; try again later" : "";
        return new StoreUnavailableException(action + ": " + failure.getMessage() + next, location, failure);
    }
}
