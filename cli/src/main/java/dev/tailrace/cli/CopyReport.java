// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.copy.CopyPlan;
import dev.tailrace.copy.CopyResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is said of a copy.
 *
 * @param result empty for one that was only planned
 * @param elapsed how long it took
 */
record CopyReport(CopyPlan plan, Optional<CopyResult> result, Duration elapsed) {

    /** For people. */
    List<String> lines() {
        if (result.isPresent()) {
            CopyResult done = result.get();
            String found = done.found() == 0
                    ? ""
                    : "; " + count(done.found()) + " (" + Quantity.bytes(done.foundBytes())
                            + ") were there already, the same";
            return List.of("copied " + count(done.objects()) + " (" + Quantity.bytes(done.bytes()) + ") from "
                    + plan.source() + " to " + plan.destination() + " in " + Quantity.time(elapsed) + found
                    + (done.replaced() == 0 ? "" : "; " + done.replaced() + " replaced another object"));
        }
        List<String> lines = new ArrayList<>();
        for (CopyPlan.Part part : plan.parts()) {
            String names = part.from().equals(part.to()) ? part.from() : part.from() + " to " + part.to();
            lines.add(part.name() + " (" + names + "): " + count(part.objects() - part.there()) + " ("
                    + Quantity.bytes(part.bytes() - part.thereBytes()) + ") to copy"
                    + (part.there() == 0
                            ? ""
                            : ", " + count(part.there()) + " (" + Quantity.bytes(part.thereBytes())
                                    + ") are there and will be compared"));
        }
        CopyProgress.foreign(plan).ifPresent(lines::add);
        return lines;
    }

    private static String count(long objects) {
        return objects + (objects == 1 ? " object" : " objects");
    }

    /** For scripts; the names are promised. */
    void json(JsonWriter json) throws IOException {
        json.beginObject();
        json.name("source").value(plan.source());
        json.name("destination").value(plan.destination());
        json.name("dry_run").value(result.isEmpty());
        if (result.isPresent()) {
            CopyResult done = result.get();
            json.name("objects_copied").value(done.objects());
            json.name("bytes_copied").value(done.bytes());
            json.name("objects_found").value(done.found());
            json.name("bytes_found").value(done.foundBytes());
            json.name("objects_replaced").value(done.replaced());
            json.name("plans").value(done.plans());
        }
        json.name("parts").beginArray();
        for (CopyPlan.Part part : plan.parts()) {
            json.beginObject();
            json.name("name").value(part.name());
            json.name("from").value(part.from());
            json.name("to").value(part.to());
            json.name("objects").value(part.objects());
            json.name("bytes").value(part.bytes());
            json.name("objects_there").value(part.there());
            json.name("bytes_there").value(part.thereBytes());
            json.endObject();
        }
        json.endArray();
        json.name("foreign").beginArray();
        for (String name : plan.foreign()) {
            json.value(name);
        }
        json.endArray();
        json.name("foreign_objects").value(plan.foreignObjects());
        json.name("duration_ms").value(elapsed.toMillis());
        json.endObject();
    }
}
