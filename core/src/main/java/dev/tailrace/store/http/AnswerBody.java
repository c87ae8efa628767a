// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;

/**
 * The body of one answer, and the connection on which it comes, as a backend hands them to an {@link AnswerStream}. Reading
 * and {@link #finish} happen on one thread at a time; {@link #drop} may come at any time from any thread, more than once.
 */
public interface AnswerBody {

    /**
     * Reads what is there, at least one byte; blocks as long as the client lets it.
     *
     * @param target to be filled from its start
     * @param wanted how many bytes at most, at least 1; where the range ends no more are wanted
     * @param abandoned whether nobody waits for them any more
     * @return how many came; 0 if the body has ended
     * @throws IOException if the connection was lost; a {@link java.net.SocketTimeoutException} if nothing came for too long
     */
    int read(byte[] target, int wanted, BooleanSupplier abandoned) throws IOException;

    /** All of the range has been read: a connection that can be used again is given back. */
    default void finish() {
        drop();
    }

    /** Lets go of the connection without reading what is left; may block, and what fails is of no interest. */
    void drop();

    /**
     * Reads from a stream until so much has come, nothing more is there without waiting, or it ends.
     *
     * @return how many bytes came
     */
    static int readAvailable(InputStream in, byte[] target, int wanted) throws IOException {
        int count = 0;
        do {
            int read = in.read(target, count, wanted - count);
            if (read < 0) {
                break;
            }
            count += read;
        } while (count < wanted && in.available() > 0);
        return count;
    }
}
