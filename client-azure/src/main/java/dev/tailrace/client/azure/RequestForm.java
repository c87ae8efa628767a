// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Gives signed requests the form that Java's HTTP client wants. */
final class RequestForm implements HttpPipelinePolicy {

    /** The SDK's name for it. */
    private static final String RESPONSE_TIMEOUT = "azure-response-timeout";

    /** A line that is slower than this is too slow to send anything. */
    private static final long SLOWEST_BYTES_PER_SECOND = 32 << 10;

    private final Duration stallTimeout;

    RequestForm(Duration stallTimeout) {
        this.stallTimeout = stallTimeout;
    }

    @Override
    public HttpResponse processSync(HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
        prepare(context);
        return next.processSync();
    }

    @Override
    public Mono<HttpResponse> process(HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
        prepare(context);
        return next.process();
    }

    private void prepare(HttpPipelineCallContext context) {
        String length = context.getHttpRequest().getHeaders().getValue(HttpHeaderName.CONTENT_LENGTH);
        if (context.getHttpRequest().getBodyAsBinaryData() == null) {
            // The client would warn that it counts for itself. What has a body must keep it, for the SDK tells by it
            // how
            // long that is.
            context.getHttpRequest().getHeaders().remove(HttpHeaderName.CONTENT_LENGTH);
        } else if (length != null && length.matches("[1-9][0-9]{0,17}")) {
            // The client's limit includes the time to send.
            context.setData(
                    RESPONSE_TIMEOUT, stallTimeout.plusSeconds(Long.parseLong(length) / SLOWEST_BYTES_PER_SECOND));
        }
    }

    @Override
    public HttpPipelinePosition getPipelinePosition() {
        return HttpPipelinePosition.PER_RETRY;
    }
}
