// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import java.io.IOException;

/** There was more damage than was to be looked at. */
final class TooManyPlansException extends IOException {

    private static final long serialVersionUID = 1L;

    TooManyPlansException(int plans) {
        super("no end of the damage after " + plans + " plans");
    }
}
