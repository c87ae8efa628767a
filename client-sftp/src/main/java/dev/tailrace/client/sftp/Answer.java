// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** What a request will bring. Several requests may be sent before the first answer is waited for. */
final class Answer<T> {

    /** Makes a value of an answer. */
    interface Reading<T> {
        T read(Reply reply) throws IOException;
    }

    private final Connection connection;
    private final CompletableFuture<Reply> reply;
    private final Reading<T> reading;

    Answer(Connection connection, CompletableFuture<Reply> reply, Reading<T> reading) {
        this.connection = connection;
        this.reply = reply;
        this.reading = reading;
    }

    /**
     * Waits for it. To be called once.
     *
     * @throws Refusal if the server says no
     * @throws ConnectionLost if there will be no answer
     */
    T await() throws IOException {
        return reading.read(connection.await(reply));
    }
}
