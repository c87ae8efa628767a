// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import java.time.Duration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenResponse;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RecordSuccessResponse;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;

/**
 * The SDK's way of trying the head of a request again, for a short time. A store that asks to be left alone for longer is
 * passed on to the caller, who knows how long there is to wait: the SDK would sleep for as long as any server says.
 */
final class BriefRetries implements RetryStrategy {

    private static final int ATTEMPTS = 3;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final RetryStrategy usual = AwsRetryStrategy.standardRetryStrategy().toBuilder()
            .maxAttempts(ATTEMPTS)
            .build();

    @Override
    public RefreshRetryTokenResponse refreshRetryToken(RefreshRetryTokenRequest request) {
        if (request.suggestedDelay()
                .filter(delay -> delay.compareTo(LONGEST_WAIT) > 0)
                .isPresent()) {
            throw new TokenAcquisitionFailedException(
                    "the store asks to wait for " + request.suggestedDelay().get(), request.token(), request.failure());
        }
        return usual.refreshRetryToken(request);
    }

    @Override
    public AcquireInitialTokenResponse acquireInitialToken(AcquireInitialTokenRequest request) {
        return usual.acquireInitialToken(request);
    }

    @Override
    public RecordSuccessResponse recordSuccess(RecordSuccessRequest request) {
        return usual.recordSuccess(request);
    }

    @Override
    public int maxAttempts() {
        return usual.maxAttempts();
    }

    /** What the SDK would set is set already; built anew from {@link #toBuilder()} it would wait as long as ever. */
    @Override
    public boolean useClientDefaults() {
        return false;
    }

    @Override
    public Builder<?, ?> toBuilder() {
        return usual.toBuilder();
    }
}
