// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec.lz4;

import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHashFactory;

/** One of lz4-java's implementations. */
record Lz4Library(LZ4Factory lz4, LZ4SafeDecompressor decompressor, LZ4Compressor compressor, XXHashFactory hashes) {

    private Lz4Library(LZ4Factory lz4, XXHashFactory hashes) {
        this(lz4, lz4.safeDecompressor(), lz4.fastCompressor(), hashes);
    }

    /** The native one where it can be had, the Java one otherwise. */
    static Lz4Library fastest() {
        return new Lz4Library(LZ4Factory.fastestInstance(), XXHashFactory.fastestInstance());
    }

    /** The one without native code. */
    static Lz4Library java() {
        return new Lz4Library(LZ4Factory.fastestJavaInstance(), XXHashFactory.fastestJavaInstance());
    }

    boolean isNative() {
        return lz4.toString().contains("JNI");
    }

    /** Why the native one cannot be had here, where {@link #fastest()} is not native. */
    static String whyNotNative() {
        ClassLoader loader = LZ4Factory.class.getClassLoader();
        if (loader != ClassLoader.getSystemClassLoader()) {
            // A native library belongs to one class loader: lz4-java does not try.
            return "its jar is not on the class path of the application, but loaded by " + loader;
        }
        try {
            return "not tried: " + LZ4Factory.nativeInstance();
        } catch (LinkageError | RuntimeException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return String.valueOf(cause.getMessage());
        }
    }
}
