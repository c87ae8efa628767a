// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import static dev.tailrace.fuzzing.Bounds.require;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.lz4.Lz4Variants;
import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.fuzzing.Bounds;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** LTX files of both encodings: read, or refused by a typed exception that names a place in the file. */
public final class LtxFuzz {

    private static final BlockCompression COMPRESSION = Lz4Variants.fastest();
    private static final int MAX_REPAIRS = 4;

    private LtxFuzz() {}

    /** The input's first byte says whether the rest is a file, or one whose checksums are to be put right. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] file = Arrays.copyOfRange(input, 1, input.length);
        String key = key(file);
        int repairs = (input[0] & 1) == 0 ? 0 : MAX_REPAIRS;
        // Pages of at most 64 KiB, of which some buffers hold one each, and a buffer for reading.
        Bounds.within((4 << 20) + 64L * input.length, () -> {
            boolean again = true;
            for (int i = 0; again && i <= repairs; i++) {
                again = read(key, file) && i < repairs;
            }
        });
    }

    /** The key that belongs to the header, where it can have one. */
    private static String key(byte[] file) {
        long min = 1;
        long max = 1;
        if (file.length >= LtxHeader.SIZE) {
            min = ByteBuffer.wrap(file).getLong(16);
            max = ByteBuffer.wrap(file).getLong(24);
        }
        LtxFileName name = min >= 1 && max >= min ? new LtxFileName(min, max) : new LtxFileName(1, 1);
        return "ltx/0/" + name;
    }

    /** Whether a checksum was put right, so that it is worth reading again. */
    private static boolean read(String key, byte[] file) throws IOException {
        LtxPage page = new LtxPage();
        try {
            LtxReader reader = new LtxReader(key, new ByteArrayInputStream(file), COMPRESSION);
            LtxHeader header = reader.header();
            require(Arrays.equals(header.toBytes(), 0, 80, file, 0, 80), "the header is written otherwise: %s", header);
            byte[] decoded = new byte[header.pageSize()];
            long last = 0;
            while (reader.nextPage(page)) {
                require(
                        page.number() > last && page.number() <= header.commit(),
                        "page %d after %d",
                        page.number(),
                        last);
                last = page.number();
                reader.decode(page, decoded, 0);
                reader.accept(page, decoded, 0);
            }
            reader.finish();
            return false;
        } catch (DamagedReplicaException e) {
            Damage damage = e.damage();
            long offset = damage.offset().orElse(-1);
            require(offset >= 0 && offset <= file.length, "no place in the file: %s", damage);
            return repair(damage, file);
        } catch (UnsupportedReplicaException e) {
            return false;
        }
    }

    private static boolean repair(Damage damage, byte[] file) {
        boolean whole = damage.problem().equals("checksum of the LTX file is wrong");
        if (whole || damage.problem().equals("post-apply checksum of the LTX file is wrong")) {
            int at = (int) damage.offset().orElseThrow();
            ByteBuffer.wrap(file)
                    .putLong(at, Long.parseUnsignedLong(damage.expected().orElseThrow(), 16));
            return true;
        }
        if (damage.problem().startsWith("LZ4 checksum of page")) {
            int at = (int) damage.offset().orElseThrow();
            int value = Integer.parseUnsignedInt(damage.expected().orElseThrow(), 16);
            ByteBuffer.wrap(file).putInt(at, Integer.reverseBytes(value));
            return true;
        }
        return false;
    }
}
