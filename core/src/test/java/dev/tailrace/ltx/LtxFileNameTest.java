// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LtxFileNameTest {

    @Test
    void readsWhatItWrites() {
        String text = "00000000000000ab-7fffffffffffffff.ltx";

        assertThat(LtxFileName.parse(text)).contains(new LtxFileName(0xab, Long.MAX_VALUE));
        assertThat(new LtxFileName(0xab, Long.MAX_VALUE)).hasToString(text);
        assertThat(LtxFileName.ofKey("a/b/" + text)).isEqualTo(LtxFileName.ofKey(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0000000000000001-0000000000000001.ltx.tmp",
                "0000000000000001-0000000000000001.LTX",
                "000000000000000A-000000000000000B.ltx",
                "1-1.ltx",
                "00000000000000001-00000000000000001.ltx",
                "0000000000000001_0000000000000001.ltx",
                " 000000000000001-0000000000000001.ltx",
                "0000000000000000-0000000000000001.ltx",
                "0000000000000002-0000000000000001.ltx",
                "0000000000000001-8000000000000000.ltx",
                "0000000000000001-0000000000000001.ltx\n"
            })
    void passesOverOtherNames(String name) {
        assertThat(LtxFileName.parse(name)).isEmpty();
    }

    @Test
    void refusesWhatIsNoRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LtxFileName(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new LtxFileName(2, 1));
    }
}
