// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.prune.ObjectRun;
import dev.tailrace.prune.PrunePlan;
import dev.tailrace.prune.PruneResult;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is said of a replica that was pruned, or would be.
 *
 * @param result empty if nothing was to be deleted yet
 */
record PruneReport(PrunePlan plan, Optional<PruneResult> result) {

    /**
     * For people.
     *
     * @param each whether each object is told of, and not only the first and the last of a run
     */
    void print(boolean each, Consumer<String> lines) {
        if (result.isPresent()) {
            printResult(result.get(), lines);
        } else {
            printPlan(each, lines);
        }
        plan.notes().forEach(note -> lines.accept("note: " + note));
    }

    private void printResult(PruneResult done, Consumer<String> lines) {
        lines.accept(
                done.objects() == 0
                        ? "nothing deleted in " + plan.location()
                        : "deleted " + objects(done.objects(), done.bytes()) + " in " + plan.location());
        if (done.spared() > 0) {
            lines.accept(Quantity.count(done.spared(), "object")
                    + " left alone, as the replica has changed meanwhile; run again");
        }
        printKept("stay", lines);
    }

    private void printPlan(boolean each, Consumer<String> lines) {
        lines.accept(
                plan.deleted().isEmpty()
                        ? "nothing to delete in " + plan.location()
                        : "would delete " + objects(plan.objects(), plan.bytes()) + " in " + plan.location());
        printRuns("delete", plan.deleted(), each, lines);
        printRuns("keep", plan.kept(), each, lines);
        printKept("would stay", lines);
    }

    private void printKept(String verb, Consumer<String> lines) {
        long outside = plan.kept().stream().mapToLong(ObjectRun::count).sum();
        lines.accept(objects(plan.keptObjects(), plan.keptBytes()) + " " + verb
                + plan.windowStart()
                        .map(start -> ", " + outside + " of them from before the window, which begins at "
                                + Shown.time(start))
                        .orElse(""));
    }

    private static void printRuns(String verb, List<ObjectRun> runs, boolean each, Consumer<String> lines) {
        for (ObjectRun run : runs) {
            lines.accept(verb + ": " + Quantity.count(run.count(), noun(run)) + ", " + Quantity.bytes(run.bytes())
                    + ", of " + Shown.time(run.first().createdAt())
                    + (run.count() == 1 ? "" : " to " + Shown.time(run.last().createdAt())) + ": " + run.reason());
            if (each || run.count() <= 2) {
                for (int i = 0; i < run.count(); i++) {
                    lines.accept("- " + run.get(i).key());
                }
            } else {
                lines.accept("- " + run.first().key() + " to");
                lines.accept("- " + run.last().key());
            }
        }
    }

    private static String noun(ObjectRun run) {
        return switch (run.kind()) {
            case SNAPSHOT -> "snapshot";
            case WAL_SEGMENT -> "WAL segment";
            case LTX_FILE -> "LTX file";
        };
    }

    private static String objects(long number, long bytes) {
        return Quantity.count(number, "object") + " (" + Quantity.bytes(bytes) + ")";
    }

    /** For scripts; the names are promised. */
    void json(JsonWriter json) throws IOException {
        json.beginObject();
        json.name("location").value(plan.location());
        json.name("dry_run").value(result.isEmpty());
        json.name("listed_at").value(plan.listedAt().toString());
        if (plan.windowStart().isPresent()) {
            json.name("window_start").value(plan.windowStart().get().toString());
        }
        json.name("objects_to_delete").value(plan.objects());
        json.name("bytes_to_delete").value(plan.bytes());
        json.name("kept_objects").value(plan.keptObjects());
        json.name("kept_bytes").value(plan.keptBytes());
        if (result.isPresent()) {
            json.name("deleted_objects").value(result.get().objects());
            json.name("deleted_bytes").value(result.get().bytes());
            json.name("spared_objects").value(result.get().spared());
            json.name("requests").value(result.get().requests());
            json.name("duration_ms").value(result.get().duration().toMillis());
        }
        runs(json, "delete", plan.deleted());
        runs(json, "keep_outside_window", plan.kept());
        json.name("notes").beginArray();
        for (String note : plan.notes()) {
            json.value(note);
        }
        json.endArray();
        json.endObject();
    }

    private void runs(JsonWriter json, String name, List<ObjectRun> runs) throws IOException {
        json.name(name).beginArray();
        for (ObjectRun run : runs) {
            json.beginObject();
            json.name("part").value(run.part());
            json.name("kind").value(run.kind().name().toLowerCase(Locale.ROOT));
            json.name("reason").value(run.reason());
            json.name("objects").value(run.count());
            json.name("bytes").value(run.bytes());
            json.name("first").value(run.first().key());
            json.name("last").value(run.last().key());
            json.name("from").value(run.first().createdAt().toString());
            json.name("to").value(run.last().createdAt().toString());
            if (result.isEmpty()) {
                json.name("keys").beginArray();
                for (int i = 0; i < run.count(); i++) {
                    json.value(run.get(i).key());
                }
                json.endArray();
            }
            json.endObject();
        }
        json.endArray();
    }
}
