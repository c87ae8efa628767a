// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.restore.GenerationCandidate;
import dev.tailrace.restore.RestorePlan;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.restore.WalIndex;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * What is said of a restore that is only planned.
 *
 * @param prospect what would be read
 * @param generationAskedFor whether the caller named the generation
 */
record PlanReport(ReplicaRestore.GenerationProspect prospect, boolean generationAskedFor) implements Report {

    /** For people: the choice and its reason, then each object in the order of the WAL. */
    @Override
    public List<String> lines() {
        RestorePlan plan = prospect.plan();
        List<String> lines = new ArrayList<>();
        lines.add("would restore " + plan.end() + ", the state of " + time(plan.timestamp()));
        lines.add("generation " + plan.generation() + " (layout " + plan.layout() + "), " + reason(plan));
        lines.add(target(plan.target()) + ": a snapshot that leads there, and "
                + Quantity.count(plan.walIndexes().size(), "WAL index", "WAL indexes") + " on top of it");
        lines.add("would read " + Quantity.count(plan.objects(), "object") + ", " + Quantity.bytes(plan.bytes())
                + "; joins not proved: " + prospect.unprovedJoins());
        plan.warnings().forEach(warning -> lines.add("warning: " + warning));
        plan.leftOut().forEach(damage -> lines.add("left out, damaged: " + damage));
        lines.add("");
        if (plan.candidates().size() > 1) {
            lines.addAll(candidates(plan).lines());
            lines.add("");
        }
        Table table = new Table("kind", "index", "offset", "size", "created", "object");
        table.row(
                "snapshot",
                Shown.hex(plan.snapshot().index()),
                "-",
                Long.toString(plan.snapshot().size()),
                time(plan.snapshot().createdAt()),
                plan.snapshot().object().key());
        for (WalIndex wal : plan.walIndexes()) {
            for (WalSegmentInfo segment : wal.segments()) {
                table.row(
                        "wal",
                        Shown.hex(segment.index()),
                        Shown.hex(segment.offset()),
                        Long.toString(segment.size()),
                        time(segment.createdAt()),
                        segment.object().key());
            }
        }
        lines.addAll(table.lines());
        return lines;
    }

    private String reason(RestorePlan plan) {
        return plan.candidates().stream()
                .filter(GenerationCandidate::chosen)
                .map(GenerationCandidate::reason)
                .findFirst()
                .orElse(generationAskedFor ? "as asked for" : "the one with the newest data");
    }

    private static Table candidates(RestorePlan plan) {
        Table table = new Table("generation", "layout", "snapshots", "segments", "from", "to", "choice");
        for (GenerationCandidate one : plan.candidates()) {
            table.row(
                    one.generation().toString(),
                    one.layout().toString(),
                    Integer.toString(one.snapshots()),
                    Integer.toString(one.segments()),
                    one.oldest().map(PlanReport::time).orElse("-"),
                    one.newest().map(PlanReport::time).orElse("-"),
                    (one.chosen() ? "this one: " : "not: ") + one.reason());
        }
        return table;
    }

    private static String target(RestoreTarget target) {
        if (target instanceof RestoreTarget.AtIndex at) {
            return "the end of WAL index " + Shown.hex(at.index());
        }
        if (target instanceof RestoreTarget.AtPosition at) {
            return "the transaction that ends at " + at.position();
        }
        return target instanceof RestoreTarget.AtTimestamp at ? "the state at " + at.timestamp() : "the newest state";
    }

    /** For scripts; the names are promised. */
    @Override
    public void json(JsonWriter json) throws IOException {
        RestorePlan plan = prospect.plan();
        json.beginObject();
        json.name("replica").value(plan.location());
        json.name("layout").value(plan.layout().toString());
        json.name("generation").value(plan.generation().toString());
        json.name("snapshot_index").value(plan.snapshot().index());
        json.name("timestamp").value(plan.timestamp().toString());
        if (plan.next().isPresent()) {
            json.name("next_position").value(plan.next().get().position().toString());
            json.name("next_timestamp").value(plan.next().get().timestamp().toString());
        }
        json.name("objects").value(plan.objects());
        json.name("bytes").value(plan.bytes());
        json.name("unproved_joins").value(prospect.unprovedJoins());
        json.name("candidates").beginArray();
        for (GenerationCandidate one : plan.candidates()) {
            candidate(json, one);
        }
        json.endArray();
        json.name("files").beginArray();
        file(
                json,
                "snapshot",
                plan.snapshot().index(),
                -1,
                plan.snapshot().size(),
                plan.snapshot().createdAt());
        for (WalIndex wal : plan.walIndexes()) {
            for (WalSegmentInfo segment : wal.segments()) {
                file(json, "wal", segment.index(), segment.offset(), segment.size(), segment.createdAt());
            }
        }
        json.endArray();
        json.name("damage").beginArray();
        for (var damage : plan.leftOut()) {
            Json.damage(json, damage);
        }
        json.endArray();
        json.endObject();
    }

    private static void candidate(JsonWriter json, GenerationCandidate one) throws IOException {
        json.beginObject();
        json.name("generation").value(one.generation().toString());
        json.name("layout").value(one.layout().toString());
        json.name("snapshots").value(one.snapshots());
        json.name("segments").value(one.segments());
        if (one.oldest().isPresent()) {
            json.name("oldest").value(one.oldest().get().toString());
        }
        if (one.newest().isPresent()) {
            json.name("newest").value(one.newest().get().toString());
        }
        json.name("chosen").value(one.chosen());
        json.name("reason").value(one.reason());
        json.endObject();
    }

    private static void file(JsonWriter json, String kind, long index, long offset, long size, Instant created)
            throws IOException {
        json.beginObject();
        json.name("kind").value(kind);
        json.name("index").value(index);
        if (offset >= 0) {
            json.name("offset").value(offset);
        }
        json.name("size").value(size);
        json.name("timestamp").value(created.toString());
        json.endObject();
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
