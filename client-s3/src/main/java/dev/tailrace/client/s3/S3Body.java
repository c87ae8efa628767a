// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.store.http.AnswerBody;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.core.ResponseInputStream;

/** The body of one answer. The client gives a connection back by itself when it has seen the end of it. */
record S3Body(ResponseInputStream<?> body) implements AnswerBody {

    @Override
    public int read(byte[] target, int wanted, BooleanSupplier abandoned) throws IOException {
        return AnswerBody.readAvailable(body, target, wanted);
    }

    @Override
    public void drop() {
        body.abort();
    }
}
