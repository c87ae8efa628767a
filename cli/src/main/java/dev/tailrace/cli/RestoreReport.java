// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.restore.RestorePlan;
import dev.tailrace.restore.RestoreResult;
import dev.tailrace.restore.RestoreTarget;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is said of a restore that is done.
 *
 * @param result what was done
 * @param check what SQLite was asked
 * @param clock tells the age of the state
 */
record RestoreReport(RestoreResult result, IntegrityCheck check, Clock clock) implements Report {

    /** For people: which state, and how much of it. */
    @Override
    public List<String> lines() {
        long size = result.pageCount() * result.pageSize();
        List<String> lines = new ArrayList<>();
        lines.add("restored " + result.path() + " to " + result.position() + ", the state of "
                + result.timestamp().truncatedTo(ChronoUnit.SECONDS) + " (" + Shown.age(result.timestamp(), clock)
                + ")");
        result.plan()
                .next()
                .ifPresentOrElse(
                        next -> lines.add(
                                "what follows on it is of " + next.timestamp() + ", from " + next.position() + " on"),
                        () -> asked().ifPresent(time -> lines.add("nothing newer was stored until " + time)));
        lines.add(
                Quantity.bytes(size) + " in " + Quantity.count(result.pageCount(), "page") + " of " + result.pageSize()
                        + " bytes; read " + Quantity.bytes(result.bytesRead()) + " from "
                        + Quantity.count(result.objectsRead(), "object") + " in " + Quantity.time(result.duration()));
        if (check != IntegrityCheck.NONE) {
            lines.add("SQLite's " + check.label() + " integrity check: ok");
        }
        result.plan().leftOut().forEach(damage -> lines.add("left out, damaged: " + damage));
        return lines;
    }

    private Optional<Instant> asked() {
        // Where something is left out, there is newer data that is damaged.
        return result.plan().target() instanceof RestoreTarget.AtTimestamp at
                        && result.plan().leftOut().isEmpty()
                ? Optional.of(at.timestamp())
                : Optional.empty();
    }

    /** For scripts; the names are promised. */
    @Override
    public void json(JsonWriter json) throws IOException {
        RestorePlan plan = result.plan();
        json.beginObject();
        json.name("db_path").value(result.path().toString());
        json.name("replica").value(plan.location());
        json.name("layout").value(plan.layout().toString());
        json.name("generation").value(plan.generation().toString());
        json.name("snapshot_index").value(plan.snapshot().index());
        json.name("position").value(result.position().toString());
        json.name("timestamp").value(result.timestamp().toString());
        if (plan.next().isPresent()) {
            json.name("next_position").value(plan.next().get().position().toString());
            json.name("next_timestamp").value(plan.next().get().timestamp().toString());
        }
        json.name("page_size").value(result.pageSize());
        json.name("page_count").value(result.pageCount());
        json.name("objects_read").value(result.objectsRead());
        json.name("requests").value(result.requests());
        json.name("bytes_read").value(result.bytesRead());
        json.name("bytes_written").value(result.bytesWritten());
        json.name("frames_applied").value(result.framesApplied());
        json.name("frames_dropped").value(result.framesDropped());
        json.name("unproved_joins").value(result.unprovedJoins());
        json.name("duration_ms").value(result.duration().toMillis());
        json.name("integrity_check").value(check == IntegrityCheck.NONE ? check.label() : "ok");
        json.name("damage").beginArray();
        for (var damage : plan.leftOut()) {
            Json.damage(json, damage);
        }
        json.endArray();
        json.endObject();
    }
}
