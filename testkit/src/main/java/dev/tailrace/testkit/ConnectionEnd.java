// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import java.io.IOException;

/** The proxy ends a client's connection on purpose. */
final class ConnectionEnd extends IOException {

    private final boolean reset;

    ConnectionEnd(boolean reset) {
        super(reset ? "reset" : "ended");
        this.reset = reset;
    }

    boolean isReset() {
        return reset;
    }
}
