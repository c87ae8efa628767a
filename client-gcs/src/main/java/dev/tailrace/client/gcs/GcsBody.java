// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import com.google.api.client.http.HttpResponse;
import dev.tailrace.store.http.AnswerBody;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;

/** The body of one answer. */
final class GcsBody implements AnswerBody {

    private final HttpResponse answer;
    private final InputStream body;

    /** @param answer whose content has not been touched */
    GcsBody(HttpResponse answer) throws IOException {
        this.answer = answer;
        body = answer.getContent();
    }

    @Override
    public int read(byte[] target, int wanted, BooleanSupplier abandoned) throws IOException {
        return AnswerBody.readAvailable(body, target, wanted);
    }

    @Override
    public void finish() {
        try {
            body.close();
        } catch (IOException e) {
            drop();
        }
    }

    @Override
    public void drop() {
        drop(answer);
    }

    /** Closes the socket: what is left of the content is not wanted. */
    static void drop(HttpResponse answer) {
        try {
            answer.disconnect();
        } catch (IOException e) {
            // Nothing more is expected of this connection.
            return;
        }
    }
}
