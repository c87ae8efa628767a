// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec.lz4;

import dev.tailrace.codec.BlockCompression;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.StreamingXXHash32;
import net.jpountz.xxhash.XXHashFactory;
import org.jspecify.annotations.Nullable;

/**
 * LZ4 by lz4-java: its native library where that loads, its Java twin otherwise. Nothing is loaded before the first block.
 *
 * <p>Only the safe decoder is used, which checks every bound of both arrays.
 */
public final class Lz4JavaCompression implements BlockCompression {

    /** For {@link java.util.ServiceLoader}. */
    public Lz4JavaCompression() {}

    /** Loaded at first use, once for all. */
    private static final class Library {
        static final LZ4Factory LZ4 = LZ4Factory.fastestInstance();
        static final LZ4SafeDecompressor DECOMPRESSOR = LZ4.safeDecompressor();
        static final LZ4Compressor COMPRESSOR = LZ4.fastCompressor();
        static final XXHashFactory HASHES = XXHashFactory.fastestInstance();
    }

    @Override
    public String description() {
        String version = version();
        boolean isNative = Library.LZ4.toString().contains("JNI");
        return "lz4-java" + (version == null ? "" : " " + version) + (isNative ? ", native" : ", Java");
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
            return Library.DECOMPRESSOR.decompress(
                    source, sourceOffset, sourceLength, target, targetOffset, targetLimit);
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
            return Library.COMPRESSOR.compress(source, sourceOffset, sourceLength, target, targetOffset, targetLimit);
        } catch (LZ4Exception e) {
            // It says "too small a target" by exception only.
            return -1;
        }
    }

    @Override
    public int checksum(byte[] bytes, int offset, int length) {
        return Library.HASHES.hash32().hash(bytes, offset, length, 0);
    }

    @Override
    public Checksum newChecksum() {
        StreamingXXHash32 hash = Library.HASHES.newStreamingHash32(0);
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
