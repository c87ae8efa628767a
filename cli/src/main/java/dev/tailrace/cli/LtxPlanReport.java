// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.restore.LtxRestorePlan;
import dev.tailrace.restore.RestoreTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is said of a restore from LTX files that is only planned.
 *
 * @param plan what would be read
 */
record LtxPlanReport(LtxRestorePlan plan) implements Report {

    /** As {@code -json} names it, beside the layouts of generations. */
    static final String LAYOUT = "ltx";

    /** The choice, then each file in the order of the transactions; Litestream's columns first. */
    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("would restore transaction " + plan.txid() + ", the state of " + Shown.time(plan.timestamp()));
        lines.add(target() + ": the fewest LTX files that lead there");
        lines.addAll(after(plan));
        lines.add("would read " + Quantity.count(plan.objects(), "object") + ", " + Quantity.bytes(plan.bytes()));
        plan.warnings().forEach(warning -> lines.add("warning: " + warning));
        plan.leftOut().forEach(damage -> lines.add("left out, damaged: " + damage));
        lines.add("");
        Table table = new Table("level", "file", "min_txid", "max_txid", "size", "timestamp", "object");
        table.print(plan.files(), LtxPlanReport::cells, lines::add);
        return lines;
    }

    private static String[] cells(LtxFileInfo file) {
        return new String[] {
            Integer.toString(file.level()),
            name(file),
            file.minTxid().toString(),
            file.maxTxid().toString(),
            Long.toString(file.size()),
            Shown.time(file.createdAt()),
            file.key()
        };
    }

    private static String name(LtxFileInfo file) {
        return file.key().substring(file.key().lastIndexOf('/') + 1);
    }

    private String target() {
        if (plan.target() instanceof RestoreTarget.AtTxid at) {
            return "the state after transaction " + at.txid();
        }
        return plan.target() instanceof RestoreTarget.AtTimestamp at
                ? "the state at " + at.timestamp()
                : "the newest state";
    }

    /** What follows on the state, where a moment was asked for: the reader is to see how near to it that is. */
    static List<String> after(LtxRestorePlan plan) {
        if (!(plan.target() instanceof RestoreTarget.AtTimestamp at)) {
            return List.of();
        }
        if (plan.next().isEmpty()) {
            // Where something is left out, there is newer data that is damaged.
            return plan.leftOut().isEmpty() ? List.of("nothing newer was stored until " + at.timestamp()) : List.of();
        }
        LtxRestorePlan.State next = plan.next().get();
        List<String> lines = new ArrayList<>();
        lines.add("the state is of " + plan.timestamp() + "; the next one that can be restored is transaction "
                + next.txid() + ", of " + next.timestamp());
        plan.unresolved()
                .ifPresent(width -> lines.add("what was replicated between the two, in " + seconds(width)
                        + ", was compacted into one file and can no longer be told from each other"));
        return lines;
    }

    private static String seconds(Duration width) {
        return width.toMillis() / 1000.0 + " s";
    }

    static void next(JsonWriter json, LtxRestorePlan plan) throws IOException {
        if (plan.next().isPresent()) {
            json.name("next_txid").value(plan.next().get().txid().toString());
            json.name("next_timestamp").value(plan.next().get().timestamp().toString());
        }
        Optional<Duration> unresolved = plan.unresolved();
        if (unresolved.isPresent()) {
            json.name("unresolved_ms").value(unresolved.get().toMillis());
        }
    }

    @Override
    public void json(JsonWriter json) throws IOException {
        json.beginObject();
        json.name("replica").value(plan.location());
        json.name("layout").value(LAYOUT);
        json.name("min_txid").value(plan.files().get(0).minTxid().toString());
        json.name("max_txid").value(plan.txid().toString());
        json.name("txid").value(plan.txid().toString());
        json.name("timestamp").value(plan.timestamp().toString());
        next(json, plan);
        json.name("objects").value(plan.objects());
        json.name("bytes").value(plan.bytes());
        json.name("files").beginArray();
        for (LtxFileInfo file : plan.files()) {
            json.beginObject();
            LtxCommand.fields(json, file);
            json.endObject();
        }
        json.endArray();
        json.name("damage").beginArray();
        for (var damage : plan.leftOut()) {
            Json.damage(json, damage);
        }
        json.endArray();
        json.endObject();
    }
}
