// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Comparator;

/** Strings by their UTF-8 bytes. {@link String#compareTo} differs: it puts what is beyond the BMP before U+E000. */
enum Utf8Order implements Comparator<String> {
    INSTANCE;

    @Override
    public int compare(String left, String right) {
        return Arrays.compareUnsigned(left.getBytes(UTF_8), right.getBytes(UTF_8));
    }
}
