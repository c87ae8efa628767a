// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.codec.lz4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.codec.Lz4Block;
import dev.tailrace.codec.Lz4FrameReader;
import dev.tailrace.codec.Lz4FrameWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class Lz4JavaCompressionTest {

    /** The fastest is native on the systems that lz4-java knows. */
    private enum Implementation {
        FASTEST,
        JAVA
    }

    private final Implementation implementation;
    private final BlockCompression compression;

    Lz4JavaCompressionTest(Implementation implementation) {
        this.implementation = implementation;
        this.compression = implementation == Implementation.FASTEST
                ? new Lz4JavaCompression()
                : new Lz4JavaCompression(Lz4Library.java());
    }

    @Test
    void saysWhichImplementationItUses() {
        assertThat(BlockCompressions.installed()).isInstanceOf(Lz4JavaCompression.class);
        if (implementation == Implementation.JAVA) {
            assertThat(compression.description()).startsWith("lz4-java").endsWith(", Java");
        } else {
            assertThat(compression.description()).matches("lz4-java.*, (native|Java; not native: .+)");
        }
    }

    @Test
    void saysWhyItIsNotNative() throws Exception {
        List<URL> jars = new ArrayList<>();
        for (Class<?> type : List.of(Lz4JavaCompression.class, LZ4Factory.class, BlockCompression.class)) {
            jars.add(type.getProtectionDomain().getCodeSource().getLocation());
        }
        try (URLClassLoader apart =
                new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Object other = apart.loadClass(Lz4JavaCompression.class.getName())
                    .getConstructor()
                    .newInstance();
            Object description = other.getClass().getMethod("description").invoke(other);
            assertThat(String.valueOf(description)).contains(", Java; not native: ", "loaded by");
        }
    }

    @Test
    void roundTripsBlocksAtAnyPlaceOfAnArray() throws IOException {
        Random random = new Random(1);
        for (int round = 0; round < 300; round++) {
            byte[] content = content(random, 1 + random.nextInt(5000));
            byte[] stored = new byte[content.length + content.length / 255 + 16 + 9];
            int size = compression.compress(content, 0, content.length, stored, 9, stored.length - 9);
            assertThat(size).isPositive();
            byte[] target = new byte[content.length + 20];
            Arrays.fill(target, (byte) 0x55);

            assertThat(compression.decompress(stored, 9, size, target, 10, content.length))
                    .isEqualTo(content.length);

            assertThat(Arrays.copyOfRange(target, 10, 10 + content.length)).isEqualTo(content);
            assertUntouched(target, 10, content.length);
        }
    }

    @Test
    void saysThatABlockDoesNotFit() {
        byte[] noise = new byte[1000];
        new Random(2).nextBytes(noise);
        byte[] target = new byte[2000];
        for (int limit : new int[] {-1, 0, 1, 10, 999, 1000}) {
            assertThat(compression.compress(noise, 0, noise.length, target, 0, limit))
                    .isEqualTo(-1);
        }
        byte[] zeros = new byte[1000];
        assertThat(compression.compress(zeros, 0, zeros.length, target, 0, 999)).isBetween(1, 30);
    }

    @Test
    void refusesMalformedBlocksAndWritesNothingElsewhere() {
        Random random = new Random(3);
        int refused = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] content = content(random, 300);
            byte[] stored = new byte[400];
            int size = compression.compress(content, 0, content.length, stored, 0, stored.length);
            for (int i = random.nextInt(4); i >= 0; i--) {
                stored[random.nextInt(size)] = (byte) random.nextInt();
            }
            size -= random.nextInt(3) == 0 ? random.nextInt(size) : 0;
            int limit = random.nextInt(400);
            byte[] target = new byte[20 + limit];
            Arrays.fill(target, (byte) 0x55);
            try {
                assertThat(compression.decompress(stored, 0, size, target, 10, limit))
                        .isBetween(0, limit);
            } catch (IOException e) {
                refused++;
            }
            assertUntouched(target, 10, limit);
        }
        assertThat(refused).isGreaterThan(1000);
        assertThatThrownBy(() -> compression.decompress(new byte[0], 0, 0, new byte[10], 0, 10))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> compression.decompress(new byte[5], 3, 9, new byte[10], 0, 10))
                .isInstanceOf(IOException.class);
    }

    @Test
    void computesTheKnownChecksums() {
        assertThat(compression.checksum(new byte[0], 0, 0)).isEqualTo(0x02CC5D05);
        byte[] text = "-Nobody inspects the spammish repetition".getBytes(StandardCharsets.US_ASCII);
        assertThat(compression.checksum(text, 1, text.length - 1)).isEqualTo(0xE2293B2F);
        BlockCompression.Checksum running = compression.newChecksum();
        for (int i = 1; i < text.length; i += 7) {
            running.update(text, i, Math.min(7, text.length - i));
        }
        assertThat(running.value()).isEqualTo(0xE2293B2F);
    }

    @Test
    void carriesWholeFrames() throws IOException {
        byte[] content = content(new Random(4), 9 << 20);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (Lz4FrameWriter writer = new Lz4FrameWriter(frame, compression)) {
            writer.write(content);
        }
        Lz4FrameReader reader = new Lz4FrameReader(new ByteArrayInputStream(frame.toByteArray()), compression);
        Lz4Block block = new Lz4Block();
        byte[] decoded = new byte[content.length];
        int end = 0;
        while (reader.nextBlock(block)) {
            int length = reader.decode(block, decoded, end, decoded.length - end);
            reader.accept(decoded, end, length);
            end += length;
        }
        reader.finish();
        assertThat(decoded).isEqualTo(content);
    }

    private static void assertUntouched(byte[] target, int from, int length) {
        for (int i = 0; i < target.length; i++) {
            if (i < from || i >= from + length) {
                assertThat(target[i]).isEqualTo((byte) 0x55);
            }
        }
    }

    private static byte[] content(Random random, int size) {
        byte[] content = new byte[size];
        for (int at = 0; at < size; ) {
            int length = Math.min(size - at, 1 + random.nextInt(200));
            Arrays.fill(content, at, at + length, (byte) random.nextInt());
            at += length;
        }
        return content;
    }
}
