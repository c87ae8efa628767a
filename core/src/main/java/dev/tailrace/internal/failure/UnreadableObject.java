// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.internal.failure;

import dev.tailrace.codec.CorruptFrameException;
import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.UnsupportedReplicaException;
import java.nio.charset.StandardCharsets;

/** What to say of an object that is not the LZ4 frame it should be: something else that is known, or damage. */
public final class UnreadableObject {

    private static final String AGE = "age-encryption.org/";
    private static final String GZIP = "\u001f\u008b";

    private UnreadableObject() {}

    /** The failure to tell of the object of that key. */
    public static TailraceException explain(String key, CorruptFrameException e) {
        String beginning = new String(e.beginning(), StandardCharsets.ISO_8859_1);
        if (beginning.startsWith(AGE)) {
            return new UnsupportedReplicaException(
                    key + " is encrypted with age, which this version cannot read; restore it with Litestream 0.3.14 or"
                            + " an older 0.3 and its age identity",
                    null);
        }
        if (beginning.startsWith(GZIP)) {
            return new UnsupportedReplicaException(
                    key + " is compressed with gzip, as Litestream 0.2 and older did, which this version cannot read",
                    null);
        }
        return new DamagedReplicaException(
                Damage.of(key, e.getMessage() + " (byte " + e.offset() + " of the object)"), e);
    }
}
