// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.copy.CopyListener;
import dev.tailrace.copy.CopyPlan;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Hears of a copy's progress and warnings, and passes them on, one call at a time. */
final class CopyProgress implements CopyListener, AutoCloseable {

    private final Supplier<ProgressDisplay> displays;
    private final Consumer<String> warnings;
    private ProgressDisplay display = ProgressDisplay.NONE;
    private Optional<CopyPlan> plan = Optional.empty();
    private long done;

    /**
     * @param displays makes the display when copying begins
     * @param warnings takes each warning
     */
    CopyProgress(Supplier<ProgressDisplay> displays, Consumer<String> warnings) {
        this.displays = displays;
        this.warnings = warnings;
    }

    @Override
    public synchronized void planned(CopyPlan newPlan) {
        if (plan.isEmpty()) {
            foreign(newPlan).ifPresent(this::warning);
        }
        plan = Optional.of(newPlan);
        done = 0;
        display.close();
        display = displays.get();
    }

    /** What is left where it is. */
    static Optional<String> foreign(CopyPlan plan) {
        return plan.foreign().isEmpty()
                ? Optional.empty()
                : Optional.of("not of a replica, and not copied: " + String.join(", ", plan.foreign())
                        + (plan.foreignObjects() > plan.foreign().size()
                                ? ", …; " + plan.foreignObjects() + " objects in the replica's folders"
                                : ""));
    }

    @Override
    public void copied(String key, long bytes) {
        advance(bytes);
    }

    @Override
    public void found(String key, long bytes) {
        advance(bytes);
    }

    private synchronized void advance(long bytes) {
        done += bytes;
        display.advance(done, Math.max(done, plan.map(CopyPlan::bytes).orElse(0L)));
    }

    @Override
    public synchronized void warning(String message) {
        warnings.accept(message);
    }

    /** The first plan, or the newest after the source had changed; empty before there was any. */
    synchronized Optional<CopyPlan> plan() {
        return plan;
    }

    @Override
    public synchronized void close() {
        display.close();
    }
}
