// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProgressLinesTest {

    @Test
    void printsLineEveryFiveSeconds() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        // Near the overflow, where a clock that counts from anywhere may be.
        AtomicLong clock = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(3).toNanos());
        ProgressLines lines = new ProgressLines(
                new Messages(new PrintStream(err, true, StandardCharsets.UTF_8), Secrets.in(List.of())), clock::get);
        for (int second = 1; second <= 12; second++) {
            clock.addAndGet(Duration.ofSeconds(1).toNanos());
            lines.advance(second * 1_000_000L, 60_000_000);
        }
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        read 5.0 MB of 60.0 MB (8%), 1.0 MB/s, about 55 s left
                        read 10.0 MB of 60.0 MB (16%), 1.0 MB/s, about 50 s left
                        """);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes",
        "999, 999 bytes",
        "1000, 1.0 kB",
        "999949, 999.9 kB",
        "999960, 1.0 MB",
        "1500000000000000, 1500.0 TB",
        "9223372036854775807, 9223372.0 TB"
    })
    void formatsSizes(long bytes, String text) {
        assertThat(Quantity.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0.0 s",
        "PT1.26S, 1.3 s",
        "PT9.96S, 10.0 s",
        "PT12.5S, 13 s",
        "PT-5S, -5.0 s",
        "PT59S, 59 s",
        "PT2M5S, 2 min 5 s",
        "PT3H20M, 3 h 20 min",
        "P4D, 4 days"
    })
    void formatsTimes(Duration time, String text) {
        assertThat(Quantity.time(time)).isEqualTo(text);
    }
}
