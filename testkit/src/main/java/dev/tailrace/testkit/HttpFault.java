// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Something that goes wrong in an {@link HttpFaultProxy}.
 *
 * @param on which requests it may happen to
 * @param times how often it happens at most, at least 1
 * @param effect what happens
 */
public record HttpFault(Predicate<SeenRequest> on, int times, Effect effect) {

    public HttpFault {
        requireNonNull(on, "on");
        requireNonNull(effect, "effect");
        if (times < 1) {
            throw new IllegalArgumentException("a fault that never happens: " + times + " times " + effect);
        }
    }

    /** At the first request of that kind. */
    public static HttpFault once(Predicate<SeenRequest> on, Effect effect) {
        return new HttpFault(on, 1, effect);
    }

    /** At every request of that kind. */
    public static HttpFault always(Predicate<SeenRequest> on, Effect effect) {
        return new HttpFault(on, Integer.MAX_VALUE, effect);
    }

    /** At one request, by its {@link SeenRequest#number()}. */
    public static HttpFault at(int number, Effect effect) {
        return once(request -> request.number() == number, effect);
    }

    /**
     * What happens. All but {@link Answer} happen to the server's response: the request has reached it. Positions are bytes of
     * the response's body; {@link #BEFORE_HEAD} is the moment before the client gets anything. What is placed beyond the end
     * of the body does not happen.
     */
    public sealed interface Effect {

        /** As a position: no byte of the response, not even its head, has been sent. */
        long BEFORE_HEAD = -1;

        /**
         * The request is answered without the server.
         *
         * @param status such as 503
         * @param headers more headers, such as {@code Retry-After}
         * @param body in UTF-8
         */
        record Answer(int status, Map<String, String> headers, String body) implements Effect {
            public Answer {
                headers = Map.copyOf(headers);
                requireNonNull(body, "body");
                if (status < 200 || status > 599) {
                    throw new IllegalArgumentException("no such status: " + status);
                }
            }

            /** A status alone. */
            public static Answer of(int status) {
                return new Answer(status, Map.of(), "");
            }

            /** A status and how many seconds to wait. */
            public static Answer retryAfter(int status, int seconds) {
                return new Answer(status, Map.of("Retry-After", Integer.toString(seconds)), "");
            }

            /** Leads elsewhere, with status 307. */
            public static Answer redirectTo(URI elsewhere) {
                return new Answer(307, Map.of("Location", elsewhere.toString()), "");
            }
        }

        /** The connection ends properly, but too early. */
        record Cut(long after) implements Effect {}

        /** The connection is reset. Bytes on their way to the client may be lost with it. */
        record Reset(long after) implements Effect {}

        /** Nothing more comes for so long, or until the proxy is closed; then it goes on. */
        record Stall(long after, Duration duration) implements Effect {
            public Stall {
                requireNonNull(duration, "duration");
            }
        }

        /** One bit of the byte at that place is changed. */
        record Corrupt(long at) implements Effect {}

        /** The body comes so slowly; at least 1. */
        record Slow(long bytesPerSecond) implements Effect {
            public Slow {
                if (bytesPerSecond < 1) {
                    throw new IllegalArgumentException("not slow but still: " + bytesPerSecond + " bytes per second");
                }
            }
        }

        /**
         * {@code Content-Length}, where the response has one, promises so many bytes more than there are, or fewer if negative.
         * All bytes come, then the connection ends.
         */
        record WrongLength(long more) implements Effect {}
    }
}
