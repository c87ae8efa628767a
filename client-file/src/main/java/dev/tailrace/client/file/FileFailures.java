// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** Makes the errors of a store from those of the file system. A file that is absent is for the caller to tell. */
final class FileFailures {

    private FileFailures() {}

    /**
     * The typed form of a failure.
     *
     * @param action what failed, as in "cannot read app/1 in file:///replica"
     */
    static TailraceException typed(String action, IOException failure, String location) {
        if (failure instanceof TailraceException typed) {
            return typed;
        }
        if (failure instanceof AccessDeniedException denied) {
            return new StoreAccessException(
                    action + ": permission denied on " + denied.getFile() + "; give this user access to it",
                    location,
                    failure);
        }
        return new StoreUnavailableException(action + ": " + reason(failure), location, failure);
    }

    /** What went wrong, without the path where that can be told apart. */
    static String reason(IOException failure) {
        if (failure instanceof ClosedByInterruptException) {
            return "interrupted";
        }
        if (failure instanceof TailraceException) {
            return String.valueOf(failure.getMessage());
        }
        if (failure instanceof FileSystemException told && told.getReason() != null) {
            return told.getReason() + " (" + told.getFile() + ")";
        }
        String name = failure.getClass().getSimpleName();
        return failure.getMessage() == null ? name : name + ": " + failure.getMessage();
    }
}
