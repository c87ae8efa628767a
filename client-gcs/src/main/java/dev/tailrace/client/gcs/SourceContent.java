// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import com.google.api.client.http.HttpContent;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.http.SourceStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;

/**
 * A source as the content of a request, read while it is sent.
 *
 * @param abandoned whether nobody waits for it any more
 */
record SourceContent(ObjectSource source, BooleanSupplier abandoned) implements HttpContent {

    static final String TYPE = "application/octet-stream";

    private static final int BUFFER = 64 << 10;

    @Override
    public long getLength() {
        return source.size();
    }

    @Override
    public String getType() {
        return TYPE;
    }

    @Override
    public boolean retrySupported() {
        return true;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = SourceStream.open(source, 0, source.size(), abandoned)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
            }
        }
    }
}
