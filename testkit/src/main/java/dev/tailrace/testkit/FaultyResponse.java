// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import dev.tailrace.testkit.HttpFault.Effect;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The way of one response to the client, on which its fault happens. */
final class FaultyResponse implements HttpBody.Sink {

    /** What is sent at once on a slow way: a twentieth of a second's. */
    private static final int STEPS_PER_SECOND = 20;

    private static final long MADE_GOOD_NANOS = 20_000_000;

    private final HttpFaultProxy proxy;
    private final HttpExchange exchange;
    private final OutputStream out;
    private final @Nullable Effect effect;
    /** Where in the body it happens; {@code Long.MAX_VALUE} once it has, or if it happens nowhere. */
    private long place;

    private long sent;
    private long due;

    FaultyResponse(HttpFaultProxy proxy, HttpExchange exchange, OutputStream out) {
        this.proxy = proxy;
        this.exchange = exchange;
        this.out = out;
        effect = exchange.fault();
        place = place(effect);
    }

    /** Sends the head; to be called once, before all others. */
    void head(HttpHead head) throws IOException {
        happenAt(Effect.BEFORE_HEAD);
        exchange.setStatus(head.status());
        out.write(head.bytes());
        happenAt(0);
    }

    @Override
    public void data(byte[] bytes, int length) throws IOException {
        int from = 0;
        while (from < length) {
            int count = (int) Math.min(length - from, mostAtOnce());
            if (place >= sent && place - sent < count && effect instanceof Effect.Corrupt) {
                bytes[from + (int) (place - sent)] ^= 1;
                place = Long.MAX_VALUE;
            } else if (place > sent) {
                count = (int) Math.min(count, place - sent);
            }
            await(count);
            exchange.addResponseBytes(count);
            out.write(bytes, from, count);
            sent += count;
            from += count;
            happenAt(sent);
        }
    }

    @Override
    public void framing(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    private void happenAt(long now) throws IOException {
        if (now != place || effect instanceof Effect.Corrupt) {
            return;
        }
        place = Long.MAX_VALUE;
        if (effect instanceof Effect.Cut) {
            throw new ConnectionEnd(false);
        } else if (effect instanceof Effect.Reset) {
            throw new ConnectionEnd(true);
        } else if (effect instanceof Effect.Stall stall) {
            proxy.pause(stall.duration());
        }
    }

    private long bytesPerSecond() {
        return effect instanceof Effect.Slow slow
                ? Math.min(slow.bytesPerSecond(), proxy.bandwidth())
                : proxy.bandwidth();
    }

    private long mostAtOnce() {
        return Math.max(1, bytesPerSecond() / STEPS_PER_SECOND);
    }

    // Sleeping too long is made good, as the buffers of a network do; of a longer pause nothing is.
    private void await(int count) throws ConnectionEnd {
        long rate = bytesPerSecond();
        if (rate == Long.MAX_VALUE) {
            return;
        }
        long now = System.nanoTime();
        due = (due == 0 ? now : Math.max(due, now - MADE_GOOD_NANOS)) + (long) (count * 1e9 / rate);
        proxy.pause(Duration.ofNanos(Math.max(0, due - now)));
    }

    private static long place(@Nullable Effect effect) {
        if (effect instanceof Effect.Cut cut) {
            return cut.after();
        } else if (effect instanceof Effect.Reset reset) {
            return reset.after();
        } else if (effect instanceof Effect.Stall stall) {
            return stall.after();
        } else if (effect instanceof Effect.Corrupt corrupt) {
            return corrupt.at();
        }
        return Long.MAX_VALUE;
    }
}
