// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShownTest {

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT0.0005S, 0s",
        "PT0.25S, 250ms",
        "PT-0.25S, -250ms",
        "PT3.9S, 3s",
        "PT60S, 1m0s",
        "PT-62S, -1m2s",
        "PT1H, 1h0m0s",
        "PT50H3M4S, 50h3m4s"
    })
    void writesLagAsLitestreamDoes(Duration lag, String text) {
        assertThat(Shown.lag(lag)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 00000000", "47, 0000002f", "4294967295, ffffffff", "4294967296, 100000000"})
    void writesIndexesWithAtLeastEightDigits(long index, String text) {
        assertThat(Shown.hex(index)).isEqualTo(text);
    }
}
