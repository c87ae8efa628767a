// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import java.util.Optional;

/**
 * How a case ended.
 *
 * @param states restored by Tailrace and compared
 * @param refused transactions that cannot be restored, by right or needlessly
 * @param overcautious of those, the ones that were refused needlessly
 * @param byLitestream states restored by Litestream and compared
 * @param workload what SQLite was asked to do
 * @param message what differs; empty if nothing does
 */
record OracleOutcome(int states, int refused, int overcautious, int byLitestream, String workload, String message) {

    Optional<String> failure() {
        return message.isEmpty() ? Optional.empty() : Optional.of(message);
    }
}
