// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WalCheckpointFuzzTest {

    @Test
    void sqliteTakesFramesOfTheSeedsItWroteItself() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/corpus/WalCheckpoint"))) {
            List<Path> written = files.filter(
                            file -> file.getFileName().toString().startsWith("sqlite-"))
                    .toList();
            assertThat(written).isNotEmpty();
            for (Path seed : written) {
                assertThat(WalCheckpointFuzz.compare(Files.readAllBytes(seed)))
                        .as("%s", seed)
                        .isPositive();
            }
        }
    }

    @Test
    void andOfOnesThatAreDescribed() {
        // Page 2 and a commit of 3 pages, one less than there are; page 3 without one.
        assertThat(WalCheckpointFuzz.compare(new byte[] {3, 0, 2, 3, 7, 3, 0, 9}))
                .isEqualTo(1);
        // Big-endian: page 3, page 9 and a commit of 12 pages.
        assertThat(WalCheckpointFuzz.compare(new byte[] {3, 1, 3, 0, 1, 9, 12, 5}))
                .isEqualTo(2);
    }
}
