// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.DefaultProgressBarRenderer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import me.tongfei.progressbar.ProgressState;
import org.jspecify.annotations.Nullable;

/** A bar with bytes, rate and time left. It appears after a moment only, so that a quick restore does not flicker. */
final class ProgressDrawing implements ProgressDisplay {

    private static final int REDRAW_MILLIS = 200;

    private final String task;
    private final Messages messages;
    private final Surroundings surroundings;
    private final LongSupplier nanoTime;
    private final long start;
    private final Duration delay;
    private @Nullable ProgressBar bar;
    private @Nullable StatusLine line;

    /** @param task what is being done, before the bar */
    ProgressDrawing(String task, Messages messages, Surroundings surroundings, LongSupplier nanoTime, Duration delay) {
        this.task = task;
        this.messages = messages;
        this.surroundings = surroundings;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        this.delay = delay;
    }

    @Override
    public void advance(long done, long total) {
        if (bar == null) {
            long elapsed = nanoTime.getAsLong() - start;
            if (elapsed < delay.toNanos()) {
                return;
            }
            line = new StatusLine(messages, surroundings.columns() - 1);
            bar = newBar(line, total, Duration.ofNanos(elapsed));
        }
        bar.maxHint(total);
        bar.stepTo(done);
    }

    private ProgressBar newBar(StatusLine consumer, long total, Duration elapsed) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(total)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .continuousUpdate()
                .clearDisplayOnFinish()
                .startsFrom(0, elapsed)
                .setConsumer(consumer)
                .setRenderer(
                        new Renderer(surroundings.unicode(), surroundings.columns() >= Renderer.COLUMNS_WITH_SPEED))
                .build();
    }

    @Override
    public void finishing() {
        if (bar != null) {
            bar.setExtraMessage(", putting it in place");
        }
    }

    @Override
    public void close() {
        if (bar != null && line != null) {
            line.end();
            bar.close();
        }
    }

    /** The library's bar, with figures as in the rest of the output. */
    private static final class Renderer extends DefaultProgressBarRenderer {

        /** Below this the figures would leave no room for the bar. */
        private static final int COLUMNS_WITH_SPEED = 80;

        Renderer(boolean unicode, boolean speedShown) {
            super(
                    unicode ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII,
                    "",
                    1,
                    speedShown,
                    null,
                    null,
                    true,
                    Renderer::timeLeft);
        }

        private static Optional<Duration> timeLeft(ProgressState progress) {
            long done = progress.getCurrent();
            if (done == 0) {
                return Optional.empty();
            }
            double share = (double) (progress.getMax() - done) / done;
            return Optional.of(
                    Duration.ofMillis((long) (progress.getTotalElapsed().toMillis() * share)));
        }

        @Override
        protected String ratio(ProgressState progress) {
            return Quantity.bytes(progress.getCurrent()) + " of " + Quantity.bytes(progress.getMax());
        }

        @Override
        protected String etaString(ProgressState progress) {
            return timeLeft(progress).map(Quantity::roughTime).orElse("?") + " left";
        }

        @Override
        protected String speed(ProgressState progress) {
            long millis = Math.max(1, progress.getTotalElapsed().toMillis());
            return Quantity.bytes((long) (progress.getCurrent() * 1000.0 / millis)) + "/s";
        }
    }

    /** Where the bar is drawn; deaf after its end, as the library's thread may come late. */
    private static final class StatusLine implements ProgressBarConsumer {

        private final Messages messages;
        private final int columns;
        private boolean ended;

        StatusLine(Messages messages, int columns) {
            this.messages = messages;
            this.columns = columns;
        }

        @Override
        public int getMaxRenderedLength() {
            return columns;
        }

        @Override
        public synchronized void accept(String rendered) {
            if (!ended) {
                messages.status(rendered);
            }
        }

        @Override
        public void clear() {}

        synchronized void end() {
            ended = true;
            messages.clearStatus();
        }

        @Override
        public void close() {
            end();
        }
    }
}
