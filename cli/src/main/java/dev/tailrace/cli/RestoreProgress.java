// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.restore.LtxRestorePlan;
import dev.tailrace.restore.RestoreListener;
import dev.tailrace.restore.RestorePlan;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Hears of a restore's progress and warnings, and passes them on, one call at a time. */
final class RestoreProgress implements RestoreListener, AutoCloseable {

    private final Supplier<ProgressDisplay> displays;
    private final Consumer<String> warnings;
    private final Consumer<RestorePlan> plans;
    private final Set<String> warned = new HashSet<>();
    private ProgressDisplay display = ProgressDisplay.NONE;
    private long done;
    private long total;

    /**
     * @param displays makes the display when reading begins
     * @param warnings takes each warning once
     */
    RestoreProgress(Supplier<ProgressDisplay> displays, Consumer<String> warnings) {
        this(displays, warnings, plan -> {});
    }

    /** @param plans takes each plan of generations before it is carried out */
    RestoreProgress(Supplier<ProgressDisplay> displays, Consumer<String> warnings, Consumer<RestorePlan> plans) {
        this.displays = displays;
        this.warnings = warnings;
        this.plans = plans;
    }

    @Override
    public void planned(RestorePlan plan) {
        plans.accept(plan);
        begin(plan.warnings(), plan.bytes());
    }

    @Override
    public void planned(LtxRestorePlan plan) {
        begin(plan.warnings(), plan.bytes());
    }

    private synchronized void begin(List<String> planWarnings, long bytes) {
        planWarnings.forEach(this::warning);
        total = bytes;
        display.close();
        display = displays.get();
    }

    @Override
    public synchronized void read(long bytes) {
        done += bytes;
        display.advance(done, Math.max(done, total));
    }

    @Override
    public synchronized void publishing() {
        display.finishing();
    }

    @Override
    public synchronized void warning(String message) {
        if (warned.add(message)) {
            warnings.accept(message);
        }
    }

    @Override
    public synchronized void close() {
        display.close();
    }
}
