// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import java.time.Duration;

/**
 * Where to connect, as whom, and with how much patience.
 *
 * @param host name or address, without brackets
 * @param connectTimeout for each step of connecting
 * @param stallTimeout how long a connection may bring nothing while something is asked for
 */
record Login(
        String host,
        int port,
        String user,
        Credentials credentials,
        HostKeys hostKeys,
        Duration connectTimeout,
        Duration stallTimeout) {

    /** How long connecting and logging in may take altogether. */
    Duration patience() {
        return connectTimeout.multipliedBy(2);
    }
}
