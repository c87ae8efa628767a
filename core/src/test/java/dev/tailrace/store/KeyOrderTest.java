// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyOrderTest {

    private static final Comparator<String> BY_BYTES =
            (left, right) -> Arrays.compareUnsigned(left.getBytes(UTF_8), right.getBytes(UTF_8));

    @Test
    void isThatOfUtf8Bytes() {
        int[] characters = {
            '!', '-', '.', '/', '0', 'a', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff
        };
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            String left = random(random, characters);
            String right = random(random, characters);
            assertThat(Integer.signum(KeyOrder.BY_UTF8.compare(left, right)))
                    .as("%s and %s", left, right)
                    .isEqualTo(Integer.signum(BY_BYTES.compare(left, right)));
        }
    }

    @Test
    void differsFromThatOfStringsBeyondTheBasicPlane() {
        assertThat(List.of("\uE000", "😀").stream().sorted(KeyOrder.BY_UTF8)).containsExactly("\uE000", "😀");
        assertThat(List.of("\uE000", "😀").stream().sorted()).containsExactly("😀", "\uE000");
    }

    private static String random(Random random, int[] characters) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(4); length > 0; length--) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return text.toString();
    }
}
