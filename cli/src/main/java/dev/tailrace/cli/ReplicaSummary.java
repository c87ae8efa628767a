// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.error.Damage;
import dev.tailrace.replica.ForeignFormat;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.RestorableRange;
import dev.tailrace.replica.SnapshotInfo;
import dev.tailrace.replica.WalSegmentInfo;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@code info} says of one replica, told from names, sizes and times alone.
 *
 * @param name in the configuration, or the kind of storage
 * @param location its URL with secrets masked
 * @param catalogs its generations that are not empty
 * @param ltx its LTX files, by the trees that there are
 * @param foreign data of other formats beside them
 */
record ReplicaSummary(
        String name,
        String location,
        List<GenerationCatalog> catalogs,
        List<LtxSummary> ltx,
        List<ForeignFormat> foreign) {

    /** A range with its generation. */
    private record Stretch(GenerationCatalog catalog, RestorableRange range) {}

    private List<Stretch> stretches() {
        return catalogs.stream()
                .flatMap(catalog -> RestorableRange.of(catalog).stream().map(range -> new Stretch(catalog, range)))
                .toList();
    }

    private List<String> layouts() {
        return Stream.of(
                        catalogs.stream().map(catalog -> catalog.layout().toString()),
                        ltx.stream().map(each -> LtxPlanReport.LAYOUT),
                        foreign.stream().map(ForeignFormat::name))
                .flatMap(names -> names)
                .distinct()
                .toList();
    }

    private Optional<Instant> newest() {
        return Stream.of(
                        catalogs.stream().flatMap(catalog -> catalog.updatedAt().stream()),
                        LtxSummary.newest(ltx).stream(),
                        foreign.stream().map(ForeignFormat::newest))
                .flatMap(times -> times)
                .max(Comparator.naturalOrder());
    }

    private Stream<SnapshotInfo> snapshots() {
        return catalogs.stream().flatMap(catalog -> catalog.snapshots().stream());
    }

    private Stream<WalSegmentInfo> segments() {
        return catalogs.stream().flatMap(catalog -> catalog.segments().stream());
    }

    /** What a reader should not overlook, one line each. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (GenerationCatalog catalog : catalogs) {
            if (catalog.snapshots().isEmpty()) {
                warnings.add("generation " + catalog.generation() + " has no snapshot: nothing of it can be restored");
            }
            List<Damage> damages = catalog.damages();
            damages.stream().limit(3).forEach(damage -> warnings.add("damaged: " + damage));
            if (damages.size() > 3) {
                warnings.add("damaged: " + (damages.size() - 3) + " more names in generation " + catalog.generation());
            }
        }
        ltx.forEach(each -> warnings.addAll(each.warnings()));
        foreign.forEach(format -> warnings.add(format.name() + " data of " + Shown.time(format.newest())
                + " is here too; this command does not look" + " into it"));
        return warnings;
    }

    /** For people. */
    List<String> lines(Clock clock) {
        List<String> lines = new ArrayList<>();
        lines.add("replica      " + location + (location.startsWith(name + ":") ? "" : " (" + name + ")"));
        lines.add("layouts      " + String.join(", ", layouts()));
        boolean generations = ltx.isEmpty() || !catalogs.isEmpty();
        if (generations) {
            lines.add("generations  " + catalogs.size());
        }
        List<Stretch> stretches = stretches();
        int separate = stretches.size()
                + (int) ltx.stream().flatMap(each -> each.range().stream()).count();
        lines.add("restorable   "
                + (separate == 0
                        ? "nothing"
                        : Shown.time(from(stretches).orElseThrow()) + " to "
                                + Shown.time(to(stretches).orElseThrow())
                                + (separate == 1 ? "" : ", in " + separate + " stretches")));
        newest().ifPresent(at -> lines.add("newest data  " + Shown.time(at) + " (" + Shown.age(at, clock) + ")"));
        if (generations) {
            lines.add("snapshots    " + snapshots().count() + ", "
                    + Quantity.bytes(snapshots().mapToLong(SnapshotInfo::size).sum()));
            lines.add("WAL          " + Quantity.count(segments().count(), "segment") + ", "
                    + Quantity.bytes(segments().mapToLong(WalSegmentInfo::size).sum()));
        }
        ltx.forEach(each -> lines.addAll(each.lines()));
        int others = catalogs.stream().mapToInt(GenerationCatalog::ignoredNames).sum();
        if (others > 0) {
            lines.add("others       " + Quantity.count(others, "object") + " of names that say nothing");
        }
        if (!stretches.isEmpty()) {
            lines.add("");
            Table table = new Table("generation", "layout", "from", "to", "first index", "last index");
            table.print(stretches, ReplicaSummary::cells, lines::add);
        }
        return lines;
    }

    private Optional<Instant> from(List<Stretch> stretches) {
        return Stream.concat(
                        stretches.stream().map(each -> each.range().from()),
                        ltx.stream().flatMap(each -> each.from().stream()))
                .min(Comparator.naturalOrder());
    }

    private Optional<Instant> to(List<Stretch> stretches) {
        return Stream.concat(
                        stretches.stream().map(each -> each.range().to()),
                        ltx.stream().flatMap(each -> each.to().stream()))
                .max(Comparator.naturalOrder());
    }

    private static String[] cells(Stretch stretch) {
        RestorableRange range = stretch.range();
        return new String[] {
            stretch.catalog().generation().name(),
            stretch.catalog().layout().toString(),
            Shown.time(range.from()),
            Shown.time(range.to()),
            Shown.hex(range.first().index()),
            Shown.hex(range.last().index())
        };
    }

    /** For scripts; the names are promised. */
    void json(JsonWriter json, Clock clock) throws IOException {
        json.beginObject();
        json.name("name").value(name);
        json.name("replica").value(location);
        json.name("layouts").beginArray();
        for (String layout : layouts()) {
            json.value(layout);
        }
        json.endArray();
        Optional<Instant> newest = newest();
        if (newest.isPresent()) {
            json.name("newest").value(newest.get().toString());
            json.name("age_ms")
                    .value(Math.max(
                            0, Duration.between(newest.get(), clock.instant()).toMillis()));
        }
        json.name("snapshots").value(snapshots().count());
        json.name("snapshot_bytes")
                .value(snapshots().mapToLong(SnapshotInfo::size).sum());
        json.name("segments").value(segments().count());
        json.name("segment_bytes")
                .value(segments().mapToLong(WalSegmentInfo::size).sum());
        json.name("generations").beginArray();
        for (GenerationCatalog catalog : catalogs) {
            json.beginObject();
            json.name("generation").value(catalog.generation().name());
            json.name("layout").value(catalog.layout().toString());
            json.name("ranges").beginArray();
            for (RestorableRange range : RestorableRange.of(catalog)) {
                json.beginObject();
                json.name("from").value(range.from().toString());
                json.name("to").value(range.to().toString());
                json.name("first_position").value(range.first().toString());
                json.name("last_segment").value(range.last().toString());
                json.endObject();
            }
            json.endArray();
            json.endObject();
        }
        json.endArray();
        if (!ltx.isEmpty()) {
            json.name("ltx").beginArray();
            for (LtxSummary each : ltx) {
                each.json(json);
            }
            json.endArray();
        }
        json.name("warnings").beginArray();
        for (String warning : warnings()) {
            json.value(warning);
        }
        json.endArray();
        json.endObject();
    }
}
