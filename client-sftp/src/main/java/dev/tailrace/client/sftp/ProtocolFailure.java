// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import java.io.IOException;

/** The other side speaks, but not SFTP as it is written down. */
final class ProtocolFailure extends IOException {

    private static final long serialVersionUID = 1L;

    /** @param found what came */
    ProtocolFailure(String found) {
        super("the server's answer makes no sense: " + found);
    }
}
