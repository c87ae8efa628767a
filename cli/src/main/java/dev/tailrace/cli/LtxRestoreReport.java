// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.restore.LtxRestorePlan;
import dev.tailrace.restore.LtxRestoreResult;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * What is said of a restore from LTX files that is done.
 *
 * @param result what was done
 * @param check what SQLite was asked
 * @param clock tells the age of the state
 */
record LtxRestoreReport(LtxRestoreResult result, IntegrityCheck check, Clock clock) implements Report {

    @Override
    public List<String> lines() {
        LtxRestorePlan plan = result.plan();
        List<String> lines = new ArrayList<>();
        lines.add("restored " + result.path() + " to transaction " + result.txid() + ", the state of "
                + result.timestamp().truncatedTo(ChronoUnit.SECONDS) + " ("
                + Shown.age(result.timestamp(), clock) + ")");
        lines.addAll(LtxPlanReport.after(plan));
        lines.add(Quantity.bytes(result.pageCount() * result.pageSize()) + " in "
                + Quantity.count(result.pageCount(), "page") + " of " + result.pageSize() + " bytes; read "
                + Quantity.bytes(result.bytesRead()) + " from " + Quantity.count(result.objectsRead(), "object")
                + " in " + Quantity.time(result.duration()));
        if (check != IntegrityCheck.NONE) {
            lines.add("SQLite's " + check.label() + " integrity check: ok");
        }
        plan.leftOut().forEach(damage -> lines.add("left out, damaged: " + damage));
        return lines;
    }

    @Override
    public void json(JsonWriter json) throws IOException {
        LtxRestorePlan plan = result.plan();
        json.beginObject();
        json.name("db_path").value(result.path().toString());
        json.name("replica").value(plan.location());
        json.name("layout").value(LtxPlanReport.LAYOUT);
        json.name("txid").value(result.txid().toString());
        json.name("timestamp").value(result.timestamp().toString());
        LtxPlanReport.next(json, plan);
        json.name("page_size").value(result.pageSize());
        json.name("page_count").value(result.pageCount());
        json.name("objects_read").value(result.objectsRead());
        json.name("requests").value(result.requests());
        json.name("bytes_read").value(result.bytesRead());
        json.name("bytes_written").value(result.bytesWritten());
        json.name("pages_read").value(result.pagesRead());
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
