// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A request and how far it has got. What is counted is counted before the client can know of it. */
final class HttpExchange {

    private final SeenRequest request;
    private final HttpFault.@Nullable Effect fault;
    private final AtomicLong requestBytes = new AtomicLong();
    private final AtomicLong responseBytes = new AtomicLong();
    private volatile int status;

    HttpExchange(SeenRequest request, HttpFault.@Nullable Effect fault) {
        this.request = request;
        this.fault = fault;
    }

    HttpFault.@Nullable Effect fault() {
        return fault;
    }

    void addRequestBytes(int count) {
        requestBytes.addAndGet(count);
    }

    void addResponseBytes(int count) {
        responseBytes.addAndGet(count);
    }

    void setStatus(int given) {
        status = given;
    }

    SeenExchange seen() {
        return new SeenExchange(request, status, requestBytes.get(), responseBytes.get(), Optional.ofNullable(fault));
    }
}
