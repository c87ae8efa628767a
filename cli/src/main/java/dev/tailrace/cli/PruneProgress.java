// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.prune.PruneListener;

/** Says in a terminal how much has been deleted. */
final class PruneProgress implements PruneListener, AutoCloseable {

    private final Messages messages;
    private final boolean shown;
    private long total;
    private long done;

    PruneProgress(Session session, boolean quiet) {
        messages = session.messages();
        shown = session.surroundings().terminal() && !quiet;
    }

    @Override
    public void began(long objects, long bytes) {
        total = objects;
    }

    @Override
    public void deleted(long objects, long bytes) {
        done += objects;
        if (shown) {
            messages.status("pruning: " + done + " of " + Quantity.count(total, "object") + " deleted");
        }
    }

    @Override
    public void close() {
        messages.clearStatus();
    }
}
