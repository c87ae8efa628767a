// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpooledSourceTest {

    @TempDir
    private Path folder;

    @Test
    void isReadAsOftenAsNeeded() throws IOException {
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        try (SpooledSource source = SpooledSource.of(new ByteArrayInputStream(content), folder)) {
            assertThat(source.size()).isEqualTo(content.length);
            for (int i = 0; i < 3; i++) {
                try (InputStream in = source.open()) {
                    assertThat(in.readAllBytes()).isEqualTo(content);
                }
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files().get(0))))
                    .isEqualTo("rw-------");
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void isGoneAfterClosing() throws IOException {
        SpooledSource source = SpooledSource.of(InputStream.nullInputStream());
        assertThat(source.size()).isZero();
        source.close();
        source.close();
        assertThatThrownBy(source::open).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void failureOfTheStreamLeavesNoFile() throws IOException {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("marker");
            }
        };
        assertThatThrownBy(() -> SpooledSource.of(
                        new SequenceInputStream(new ByteArrayInputStream(new byte[9]), broken), folder))
                .hasMessage("marker");
        assertThat(files()).isEmpty();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
