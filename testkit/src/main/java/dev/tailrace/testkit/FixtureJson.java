// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.tailrace.testkit.ExpectedRestore.Selection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads the fixtures' own JSON. Fields may be absent or null; both mean the same. */
final class FixtureJson {

    private FixtureJson() {}

    static ReplicaFixture fixture(FixtureArchive archive, String scenario, JsonObject json) {
        List<ReplicaFixture.Step> timeline = new ArrayList<>();
        for (JsonElement step : elements(json, "timeline")) {
            JsonObject entry = step.getAsJsonObject();
            timeline.add(new ReplicaFixture.Step(required(entry, "step"), Instant.parse(required(entry, "at"))));
        }
        Map<String, Instant> times = new HashMap<>();
        json.getAsJsonObject("mtimes")
                .asMap()
                .forEach((key, time) -> times.put(key, Instant.parse(time.getAsString())));
        List<ExpectedRestore> restores = new ArrayList<>();
        for (JsonElement restore : elements(json, "restores")) {
            restores.add(restore(restore.getAsJsonObject()));
        }
        return new ReplicaFixture(
                archive,
                scenario,
                required(json, "litestream_version"),
                required(json, "description"),
                json.get("page_size").getAsInt(),
                flag(json, "derived"),
                timeline,
                times,
                restores);
    }

    static FailureCase failureCase(JsonObject json) {
        Map<String, String> arguments = new HashMap<>();
        json.getAsJsonObject("args").asMap().forEach((name, value) -> {
            if (!value.isJsonNull()) {
                arguments.put(name, value.getAsString());
            }
        });
        return new FailureCase(
                required(json, "base"),
                required(json, "tool"),
                required(json, "case"),
                arguments,
                json.get("exit_code").getAsInt(),
                text(json, "message"),
                text(json, "result"),
                strings(elements(json, "left_behind")));
    }

    private static ExpectedRestore restore(JsonObject json) {
        JsonObject arguments = json.getAsJsonObject("args");
        return new ExpectedRestore(
                required(json, "tool"),
                text(arguments, "generation"),
                text(arguments, "index"),
                text(arguments, "timestamp").map(Instant::parse),
                text(arguments, "txid"),
                json.get("exit_code").getAsInt(),
                text(json, "error"),
                text(json, "sha256"),
                number(json, "size_bytes"),
                smallNumber(json, "page_size"),
                number(json, "page_count"),
                text(json, "logical_sha256"),
                number(json, "row_count"),
                text(json, "integrity_check"),
                value(json, "selected").map(FixtureJson::selection),
                flag(json, "must_not_match"),
                text(json, "notes").orElse(""));
    }

    private static Selection selection(JsonElement json) {
        if (json.isJsonArray()) {
            return new Selection.Ltx(strings(json.getAsJsonArray().asList()));
        }
        JsonObject wal = json.getAsJsonObject();
        return new Selection.Wal(
                required(wal, "generation"),
                required(wal, "snapshot_index"),
                text(wal, "last_wal"),
                wal.get("segments").getAsInt());
    }

    private static List<String> strings(List<JsonElement> elements) {
        return elements.stream().map(JsonElement::getAsString).toList();
    }

    private static List<JsonElement> elements(JsonObject json, String name) {
        return value(json, name)
                .map(element -> element.getAsJsonArray().asList())
                .orElse(List.of());
    }

    private static String required(JsonObject json, String name) {
        return text(json, name).orElseThrow(() -> new IllegalStateException("fixture without " + name + ": " + json));
    }

    private static Optional<String> text(JsonObject json, String name) {
        return value(json, name).map(JsonElement::getAsString);
    }

    private static boolean flag(JsonObject json, String name) {
        return value(json, name).map(JsonElement::getAsBoolean).orElse(false);
    }

    private static OptionalInt smallNumber(JsonObject json, String name) {
        OptionalLong number = number(json, name);
        return number.isPresent() ? OptionalInt.of(Math.toIntExact(number.getAsLong())) : OptionalInt.empty();
    }

    // Where a table could not be counted, its error is written in place of the number.
    private static OptionalLong number(JsonObject json, String name) {
        return value(json, name)
                .filter(element -> element.getAsJsonPrimitive().isNumber())
                .map(element -> OptionalLong.of(element.getAsLong()))
                .orElse(OptionalLong.empty());
    }

    private static Optional<JsonElement> value(JsonObject json, String name) {
        return Optional.ofNullable(json.get(name)).filter(element -> !element.isJsonNull());
    }
}
