// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec.lz4;

import dev.tailrace.codec.BlockCompression;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.xxhash.StreamingXXHash32;
import org.jspecify.annotations.Nullable;

/**
 * LZ4 by lz4-java: its native library where that loads, its Java twin otherwise. Nothing is loaded before the first block.
 *
 * <p>Only the safe decoder is used, which checks every bound of both arrays.
 */
public final class Lz4JavaCompression implements BlockCompression {

    private final @Nullable Lz4Library given;

    /** For {@link java.util.ServiceLoader}. */
    public Lz4JavaCompression() {
        this.given = null;
    }

    /** With one of the implementations, whatever would be the fastest. */
    Lz4JavaCompression(Lz4Library library) {
        this.given = library;
    }

    /** Loaded at first use, once for all. */
    private static final class Fastest {
        static final Lz4Library LIBRARY = Lz4Library.fastest();
    }

    private Lz4Library library() {
        return given == null ? Fastest.LIBRARY : given;
    }

    @Override
    public String description() {
        String version = version();
        String name = "lz4-java" + (version == null ? "" : " " + version);
        if (library().isNative()) {
            return name + ", native";
        }
        return name + ", Java" + (given == null ? "; not native: " + Lz4Library.whyNotNative() : "");
    }

    /** As Maven wrote it into the jar, which names it nowhere else that Java looks. */
    private static @Nullable String version() {
        try (InputStream in =
                LZ4Factory.class.getResourceAsStream("/META-INF/maven/at.yawk.lz4/lz4-java/pom.properties")) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version");
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public int decompress(
            byte[] source, int sourceOffset, int sourceLength, byte[] target, int targetOffset, int targetLimit)
            throws IOException {
        try {
            return library()
                    .decompressor()
                    .decompress(source, sourceOffset, sourceLength, target, targetOffset, targetLimit);
        } catch (LZ4Exception | IndexOutOfBoundsException e) {
            throw new IOException("malformed LZ4 block of " + sourceLength + " bytes", e);
        }
    }

    @Override
    public int compress(
            byte[] source, int sourceOffset, int sourceLength, byte[] target, int targetOffset, int targetLimit) {
        if (targetLimit <= 0) {
            return -1;
        }
        try {
            return library()
                    .compressor()
                    .compress(source, sourceOffset, sourceLength, target, targetOffset, targetLimit);
        } catch (LZ4Exception e) {
            // It says "too small a target" by exception only.
            return -1;
        }
    }

    @Override
    public int checksum(byte[] bytes, int offset, int length) {
        return library().hashes().hash32().hash(bytes, offset, length, 0);
    }

    @Override
    public Checksum newChecksum() {
        StreamingXXHash32 hash = library().hashes().newStreamingHash32(0);
        return new Checksum() {
            @Override
            public void update(byte[] bytes, int offset, int length) {
                hash.update(bytes, offset, length);
            }

            @Override
            public int value() {
                return hash.getValue();
            }
        };
    }
}
