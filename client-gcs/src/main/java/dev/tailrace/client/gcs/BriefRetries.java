// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import com.google.api.client.http.HttpBackOffIOExceptionHandler;
import com.google.api.client.http.HttpBackOffUnsuccessfulResponseHandler;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.HttpUnsuccessfulResponseHandler;
import com.google.api.client.util.ExponentialBackOff;
import java.time.Duration;

/**
 * The client's way of trying the head of a request again, for a short time. A store that asks to be left alone for longer is
 * passed on to the caller, who knows how long there is to wait. Bodies are never read on: that is core's.
 */
final class BriefRetries {

    /** After the first try. */
    private static final int RETRIES = 2;

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private BriefRetries() {}

    /** Lets a request that changes nothing by being sent twice be tried again. */
    static void allow(HttpRequest request) {
        HttpUnsuccessfulResponseHandler login = request.getUnsuccessfulResponseHandler();
        HttpUnsuccessfulResponseHandler again =
                new HttpBackOffUnsuccessfulResponseHandler(waits()).setBackOffRequired(BriefRetries::passesSoon);
        request.setNumberOfRetries(RETRIES)
                .setUnsuccessfulResponseHandler(
                        (sent, answer, retries) -> (login != null && login.handleResponse(sent, answer, retries))
                                || again.handleResponse(sent, answer, retries))
                .setIOExceptionHandler(new HttpBackOffIOExceptionHandler(waits()));
    }

    /** Once more with a new token is all there is for other requests. */
    static void refuse(HttpRequest request) {
        request.setNumberOfRetries(1);
    }

    private static ExponentialBackOff waits() {
        return new ExponentialBackOff.Builder()
                .setInitialIntervalMillis((int) FIRST_WAIT.toMillis())
                .setMaxIntervalMillis((int) LONGEST_WAIT.toMillis())
                .setMultiplier(3)
                .build();
    }

    private static boolean passesSoon(HttpResponse answer) {
        int status = answer.getStatusCode();
        boolean passes = status == 408 || status == 429 || (status >= 500 && status != 501);
        return passes
                && RetryAfter.of(answer.getHeaders().getRetryAfter())
                        .map(wait -> wait.compareTo(LONGEST_WAIT) <= 0)
                        .orElse(true);
    }
}
