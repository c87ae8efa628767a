// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Mono;

/**
 * Tries the head of a request again, for a short time. A store that asks to be left alone for longer is passed on to the
 * caller, who knows how long there is to wait; so is one that did not answer in time.
 */
final class BriefRetries implements HttpPipelinePolicy {

    private static final int ATTEMPTS = 3;
    private static final long FIRST_WAIT_MILLIS = 100;
    private static final long LONGEST_WAIT_MILLIS = 1_000;

    @Override
    public HttpResponse processSync(HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
        HttpRequest request = context.getHttpRequest();
        for (int attempt = 1; ; attempt++) {
            context.setHttpRequest(request.copy());
            long wait =
                    FIRST_WAIT_MILLIS * attempt + ThreadLocalRandom.current().nextLong(FIRST_WAIT_MILLIS);
            try {
                HttpResponse answer = next.clone().processSync();
                if (attempt == ATTEMPTS || !mayPass(answer.getStatusCode()) || isCondition(request)) {
                    return answer;
                }
                long asked = millisAsked(answer);
                if (asked > LONGEST_WAIT_MILLIS) {
                    return answer;
                }
                answer.close();
                wait = Math.max(wait, asked);
            } catch (RuntimeException e) {
                if (attempt == ATTEMPTS || !mayPass(e, request)) {
                    throw e;
                }
            }
            pause(wait);
        }
    }

    /** Not used: all calls are of the SDK's blocking kind. */
    @Override
    public Mono<HttpResponse> process(HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
        return next.process();
    }

    @Override
    public HttpPipelinePosition getPipelinePosition() {
        return HttpPipelinePosition.PER_CALL;
    }

    private static boolean mayPass(int status) {
        return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
    }

    private static boolean mayPass(RuntimeException failure, HttpRequest request) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException || cause instanceof HttpTimeoutException) {
                return false;
            }
            if (cause instanceof ConnectException) {
                return true;
            }
            if (cause instanceof IOException) {
                return !isCondition(request);
            }
        }
        return false;
    }

    /** If its answer was lost, it may have been done: a second one would then fail by the condition, which held. */
    private static boolean isCondition(HttpRequest request) {
        return request.getHttpMethod() == HttpMethod.PUT
                && (request.getHeaders().getValue(HttpHeaderName.IF_MATCH) != null
                        || request.getHeaders().getValue(HttpHeaderName.IF_NONE_MATCH) != null);
    }

    private static long millisAsked(HttpResponse answer) {
        String text = String.valueOf(answer.getHeaderValue(HttpHeaderName.RETRY_AFTER))
                .strip();
        if (text.matches("[0-9]{1,9}")) {
            return Long.parseLong(text) * 1_000;
        }
        // A date, or nonsense, is for the caller to look at.
        return text.equals("null") ? 0 : Long.MAX_VALUE;
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
