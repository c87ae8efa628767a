// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.error.StoreUnavailableException;
import java.io.IOException;
import java.time.Duration;

/** Asks again, a few times and briefly, where a connection was lost: for questions that change nothing by being repeated. */
final class BriefRetries {

    private static final int TRIES = 4;
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);

    private BriefRetries() {}

    /** What is asked for. */
    interface Question<T> {
        T ask() throws IOException;
    }

    /**
     * Asks until there is an answer.
     *
     * @throws IOException of the last try, or the first one that no other try would help
     */
    static <T> T of(Connections connections, Question<T> question) throws IOException {
        long wait = FIRST_WAIT.toMillis();
        for (int left = TRIES - 1; ; left--) {
            try {
                return question.ask();
            } catch (ConnectionLost | StoreUnavailableException e) {
                connections.requireOpen();
                if (left == 0 || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
            try {
                Thread.sleep(wait);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                connections.requireGoingOn();
            }
            wait *= 3;
        }
    }
}
