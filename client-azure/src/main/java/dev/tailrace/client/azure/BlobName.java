// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;

/** Names of blobs as URLs take them: each byte of UTF-8 that is not plain is {@code %XX}. */
final class BlobName {

    private static final String PLAIN = "-._~/";

    private BlobName() {}

    static String encoded(String name) {
        StringBuilder encoded = new StringBuilder(name.length());
        HexFormat hex = HexFormat.of().withUpperCase();
        for (byte unit : name.getBytes(UTF_8)) {
            boolean plain = (unit >= 'a' && unit <= 'z')
                    || (unit >= 'A' && unit <= 'Z')
                    || (unit >= '0' && unit <= '9')
                    || PLAIN.indexOf(unit) >= 0;
            if (plain) {
                encoded.append((char) unit);
            } else {
                encoded.append('%').append(hex.toHexDigits(unit));
            }
        }
        return encoded.toString();
    }
}
