// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What has become of a request to an {@link HttpFaultProxy} up to now.
 *
 * @param status that the client was given; 0 if none yet
 * @param requestBytes of the request's body that have come from the client
 * @param responseBytes of the response's body that have been put on the way to the client
 * @param fault what went wrong, or is still to go wrong, with it
 */
public record SeenExchange(
        SeenRequest request, int status, long requestBytes, long responseBytes, Optional<HttpFault.Effect> fault) {

    public SeenExchange {
        requireNonNull(request, "request");
        requireNonNull(fault, "fault");
    }
}
