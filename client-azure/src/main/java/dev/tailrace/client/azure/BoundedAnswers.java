// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Ends answers that are too long, or that stop coming. The SDK holds all of them in memory: without a bound a store that lies
 * could use up the heap. The content of blobs is not read here.
 */
final class BoundedAnswers implements HttpPipelinePolicy {

    /** Set by who reads the content of a blob. */
    static final String IS_CONTENT = "tailrace-content";

    /** A page of a thousand blobs with names of a thousand bytes has less than half of it. */
    static final int MOST_BYTES = 8 << 20;

    /** The SDK's names for having its client read a whole answer, or none of it. */
    private static final String EAGERLY = "azure-eagerly-read-response";

    private static final String IGNORED = "azure-ignore-response-body";
    /** A whole answer may take so many times as long as a connection may bring nothing. */
    private static final int PATIENCE = 4;

    private final Duration limit;

    BoundedAnswers(Duration stallTimeout) {
        this.limit = stallTimeout.multipliedBy(PATIENCE);
    }

    @Override
    public HttpResponse processSync(HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
        context.setData(EAGERLY, false);
        context.setData(IGNORED, false);
        HttpResponse answer = next.processSync();
        boolean content = context.getData(IS_CONTENT).isPresent()
                && (answer.getStatusCode() == 200 || answer.getStatusCode() == 206);
        return content ? answer : new WholeAnswer(answer, read(answer));
    }

    /** Not used: all calls are of the SDK's blocking kind. */
    @Override
    public Mono<HttpResponse> process(HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
        return next.process();
    }

    @Override
    public HttpPipelinePosition getPipelinePosition() {
        return HttpPipelinePosition.PER_RETRY;
    }

    private byte[] read(HttpResponse answer) {
        try (StallWatch watch = StallWatch.over(answer::close, limit)) {
            try (InputStream body = answer.getBodyAsInputStreamSync()) {
                byte[] bytes = body.readNBytes(MOST_BYTES + 1);
                if (bytes.length > MOST_BYTES) {
                    throw new IOException("the store's answer is longer than " + MOST_BYTES + " bytes");
                }
                return bytes;
            } catch (IOException e) {
                throw watch.hasExpired()
                        ? new UncheckedIOException(
                                new HttpTimeoutException("the answer did not end in " + limit.toSeconds() + " s"))
                        : new UncheckedIOException(e);
            }
        }
    }
}
