// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Ends what takes too long: unless it is closed in time, it lets go of a connection, which wakes whoever reads of it. */
final class StallWatch implements AutoCloseable {

    private final CompletableFuture<Boolean> expired = new CompletableFuture<>();

    private StallWatch() {}

    /** @param limit null for none */
    static StallWatch over(Runnable letGo, @org.jspecify.annotations.Nullable Duration limit) {
        StallWatch watch = new StallWatch();
        if (limit != null) {
            var unused = watch.expired
                    .completeOnTimeout(true, limit.toNanos(), TimeUnit.NANOSECONDS)
                    .thenAccept(late -> {
                        if (late) {
                            letGo.run();
                        }
                    });
        }
        return watch;
    }

    boolean hasExpired() {
        return expired.getNow(false);
    }

    @Override
    public void close() {
        expired.complete(false);
    }
}
