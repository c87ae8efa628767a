// SPDX-License-Identifier: Apache-2.0
package com.example.zipstore;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.zip.ZipException;

/** Makes the errors of a store from those of files and archives, by what a caller can do next. */
final class ZipFailures {

    private ZipFailures() {}

    static TailraceException typed(String action, IOException failure, String location) {
        if (failure instanceof TailraceException typed) {
            return typed;
        }
        if (failure instanceof ZipException) {
            return new StoreAccessException(
                    action + ": not a zip file that can be read (" + failure.getMessage() + ")", location, failure);
        }
        if (failure instanceof AccessDeniedException denied) {
            return new StoreAccessException(
                    action + ": permission denied on " + denied.getFile() + "; give this user access to it",
                    location,
                    failure);
        }
        // Gone, full, out of reach: another try may work.
        return new StoreUnavailableException(action + ": " + failure, location, failure);
    }
}
