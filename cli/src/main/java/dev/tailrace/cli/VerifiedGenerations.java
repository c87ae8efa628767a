// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.replica.Position;
import dev.tailrace.restore.Verification;
import dev.tailrace.restore.VerifiedDamage;
import dev.tailrace.restore.VerifiedGeneration;
import dev.tailrace.restore.VerifyLevel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** What is said of generations that were verified. */
record VerifiedGenerations(Verification done) implements VerifiedReplica {

    @Override
    public Verification.Outcome outcome() {
        return done.outcome();
    }

    @Override
    public List<String> lines(boolean brief) {
        List<String> lines = new ArrayList<>();
        lines.add(verdict(done));
        done.damages().forEach(damage -> lines.addAll(lines("damage", damage, done)));
        done.openQuestions().forEach(question -> lines.addAll(lines("open question", question, done)));
        newest(done).ifPresent(lines::add);
        if (done.outcome() != Verification.Outcome.EMPTY) {
            lines.add(counts(done));
        }
        if (!brief) {
            done.notes().forEach(note -> lines.add("note: " + note));
        }
        return lines;
    }

    private static String verdict(Verification done) {
        String where = done.location();
        return switch (done.outcome()) {
            case OK ->
                where
                        + (done.level() == VerifyLevel.NAMES
                                ? " has no hole, as far as names tell; nothing of it was read"
                                : " can be restored" + since(done));
            case STALE -> where + " is whole, but older than -max-age" + since(done);
            case EMPTY ->
                "no matching backups found in " + where + "; check the path, or whether replication has begun";
            case INCONCLUSIVE ->
                where + " lacks something, unless it is still being uploaded: verify it again in a" + " minute"
                        + since(done);
            case DAMAGED ->
                Quantity.count(done.damages().size(), "thing is", "things are") + " wrong with " + where + since(done);
        };
    }

    private static String since(Verification done) {
        return done.since()
                .map(position -> "; only what is newer than " + position + " was read")
                .orElse("");
    }

    private static List<String> lines(String kind, VerifiedDamage damage, Verification done) {
        List<String> lines = new ArrayList<>();
        lines.add(kind + ": " + damage.damage());
        if (done.level() != VerifyLevel.NAMES) {
            lines.add("before it: "
                    + damage.before()
                            .map(state -> "can be restored up to " + state)
                            .orElse("nothing can be restored"));
            lines.add("after it: "
                    + damage.after()
                            .map(state -> "can be restored again from " + state + " on")
                            .orElse("nothing can be restored"));
        }
        return lines;
    }

    private static Optional<String> newest(Verification done) {
        if (done.level() == VerifyLevel.NAMES) {
            return done.newest().map(time -> "newest object: of " + Shown.time(time) + age(done));
        }
        boolean whole = done.damages().isEmpty();
        return done.latest()
                .map(state -> (whole ? "newest state: " : "newest state that can be restored: ")
                        + state
                        + done.newest().map(time -> ", of " + Shown.time(time)).orElse("")
                        + age(done)
                        + (whole
                                ? ""
                                : "; bring it back with: tailrace restore -best-effort -tx " + state
                                        + " -o DB REPLICA"));
    }

    private static String age(Verification done) {
        return done.age().map(age -> " (" + Quantity.time(age) + " ago)").orElse("");
    }

    private static String counts(Verification done) {
        long segments = sum(done, VerifiedGeneration::segments);
        return Quantity.count(done.generations().size(), "generation") + ", "
                + Quantity.count(sum(done, VerifiedGeneration::snapshots), "snapshot") + ", "
                + Quantity.count(sum(done, VerifiedGeneration::walIndexes), "WAL index", "WAL indexes") + " in "
                + Quantity.count(segments, "segment")
                + (done.level() == VerifyLevel.NAMES
                        ? "; listed"
                        : ", " + Quantity.count(sum(done, VerifiedGeneration::transactions), "transaction") + "; read "
                                + Quantity.bytes(done.bytesRead()) + " from "
                                + Quantity.count(done.objects(), "object"))
                + " in " + Quantity.time(done.duration());
    }

    private static long sum(Verification done, ToLongFunction<VerifiedGeneration> count) {
        return done.generations().stream().mapToLong(count).sum();
    }

    @Override
    public void json(JsonWriter json) throws IOException {
        json(json, done);
    }

    private static void json(JsonWriter json, Verification done) throws IOException {
        json.name("location").value(done.location());
        position(json, "since", done.since());
        position(json, "latest_position", done.latest());
        if (done.newest().isPresent()) {
            json.name("latest_timestamp").value(done.newest().get().toString());
        }
        if (done.age().isPresent()) {
            json.name("age_seconds").value(done.age().map(Duration::toSeconds).get());
        }
        damages(json, "damages", done.damages());
        damages(json, "open_questions", done.openQuestions());
        json.name("notes").beginArray();
        for (String note : done.notes()) {
            json.value(note);
        }
        json.endArray();
        json.name("generations").beginArray();
        for (VerifiedGeneration generation : done.generations()) {
            generation(json, generation);
        }
        json.endArray();
        json.name("objects_read").value(done.objects());
        json.name("requests").value(done.requests());
        json.name("bytes_read").value(done.bytesRead());
        json.name("duration_ms").value(done.duration().toMillis());
    }

    private static void damages(JsonWriter json, String member, List<VerifiedDamage> damages) throws IOException {
        json.name(member).beginArray();
        for (VerifiedDamage each : damages) {
            json.beginObject();
            json.name("generation").value(each.generation().name());
            json.name("damage");
            Json.damage(json, each.damage());
            position(json, "restorable_before", each.before());
            position(json, "restorable_after", each.after());
            json.endObject();
        }
        json.endArray();
    }

    private static void generation(JsonWriter json, VerifiedGeneration generation) throws IOException {
        json.beginObject();
        json.name("generation").value(generation.generation().name());
        json.name("layout").value(generation.layout().toString());
        json.name("snapshots").value(generation.snapshots());
        json.name("wal_indexes").value(generation.walIndexes());
        json.name("segments").value(generation.segments());
        json.name("transactions").value(generation.transactions());
        json.name("unreachable_segments").value(generation.unreachable());
        json.name("unproved_joins").value(generation.unprovedJoins());
        json.name("newest").value(generation.newest().toString());
        position(json, "latest_position", generation.latest());
        json.endObject();
    }

    private static void position(JsonWriter json, String member, Optional<Position> position) throws IOException {
        if (position.isPresent()) {
            json.name(member).value(position.get().toString());
        }
    }
}
