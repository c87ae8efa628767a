// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.store.ObjectInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestorableRangeTest {

    private static final Generation GENERATION = new Generation("00000000000000ff");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Snapshots as indexes, WAL as index:offset, ranges as first-last. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-,       -,                       ''",
                "-,       0:0 1:0,                 ''",
                "0,       -,                       0:0-0:0",
                "0,       0:0,                     0:0-0:0",
                "0,       0:0 0:7 1:0 1:9,         0:0-1:9",
                "0 1,     0:0 1:0 2:0,             0:0-2:0",
                "0 2,     0:0 1:0 2:0,             0:0-2:0",
                "2,       0:0 1:0 2:0 2:7,         2:0-2:7",
                "1,       0:0 1:0 2:5,             1:0-1:0",
                "0,       0:0 2:0 3:0,             0:0-0:0",
                "0 3,     0:0 1:0 3:0 4:0,         0:0-1:0 3:0-4:0",
                "0 2,     0:0 1:0 3:0,             0:0-1:0 2:0-2:0",
                "0 2,     0:0 1:4 2:0,             0:0-0:0 2:0-2:0",
                "5,       0:0 1:0,                 5:0-5:0",
                "0,       1:0 2:0,                 0:0-0:0",
            })
    void rangesEndAtHoles(String snapshots, String segments, String ranges) {
        List<RestorableRange> found = RestorableRange.of(catalog(words(snapshots), words(segments)));
        assertThat(found.stream().map(range -> shown(range.first()) + "-" + shown(range.last())))
                .containsExactlyElementsOf(words(ranges));
        assertThat(found).allSatisfy(range -> assertThat(range.from()).isBeforeOrEqualTo(range.to()));
    }

    @Test
    void endsWithTheNewestTimeOfItsWal() {
        SnapshotInfo snapshot = new SnapshotInfo(GENERATION, 0, object());
        for (int newest = 0; newest < 3; newest++) {
            List<WalSegmentInfo> segments = new ArrayList<>();
            for (int index = 0; index < 3; index++) {
                Instant time = START.plusSeconds(index == newest ? 60 : index);
                ObjectInfo object = new ObjectInfo("x", 1, time, Optional.empty(), Optional.empty());
                segments.add(new WalSegmentInfo(GENERATION, index, 0, object));
            }
            GenerationCatalog catalog = new GenerationCatalog(
                    GENERATION,
                    ReplicaLayout.V03_FLAT,
                    List.of(snapshot),
                    segments,
                    0,
                    Optional.empty(),
                    false,
                    List.of());
            assertThat(RestorableRange.of(catalog)).singleElement().satisfies(range -> {
                assertThat(range.from()).isEqualTo(START);
                assertThat(range.to()).isEqualTo(START.plusSeconds(60));
            });
        }
    }

    private static String shown(Position position) {
        return position.index() + ":" + position.offset();
    }

    private static List<String> words(String text) {
        return text == null || text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    private static GenerationCatalog catalog(List<String> snapshots, List<String> segments) {
        List<SnapshotInfo> snapshotInfos = new ArrayList<>();
        for (String snapshot : snapshots) {
            snapshotInfos.add(new SnapshotInfo(GENERATION, Long.parseLong(snapshot), object()));
        }
        List<WalSegmentInfo> segmentInfos = new ArrayList<>();
        for (String segment : segments) {
            String[] numbers = segment.split(":");
            segmentInfos.add(
                    new WalSegmentInfo(GENERATION, Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), object()));
        }
        return new GenerationCatalog(
                GENERATION, ReplicaLayout.V03_FLAT, snapshotInfos, segmentInfos, 0, Optional.empty(), false, List.of());
    }

    private static ObjectInfo object() {
        return new ObjectInfo("x", 1, START, Optional.empty(), Optional.empty());
    }
}
