// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes on around the writing: a database that was not checked is never put in place. */
class PublishingTest {

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();
    private Path target;

    @BeforeEach
    void name() {
        target = folder.resolve("a.db");
    }

    private Publishing publishing(DatabaseCheck check) {
        RestoreOptions options = RestoreOptions.builder()
                .check(check)
                .listener(new RestoreListener() {
                    @Override
                    public void publishing() {
                        told.add("publishing, " + Files.exists(target));
                    }
                })
                .build();
        return new Publishing(new LocalDisk(), options);
    }

    private String publish(Publishing publishing) throws IOException {
        return publishing.publish(publishing.prepare(target), database -> {
            database.write(ByteBuffer.wrap("new".getBytes(US_ASCII)), 0);
            database.complete(3);
            return () -> "result, " + Files.exists(target);
        });
    }

    @Test
    void theWholeFileIsCheckedBeforeItIsPutInPlace() throws IOException {
        String result = publish(publishing(path -> {
            assertThat(path).hasContent("new").isNotEqualTo(target);
            told.add("checked, " + Files.exists(target));
        }));

        assertThat(told).containsExactly("publishing, false", "checked, false");
        assertThat(result).isEqualTo("result, true");
        assertThat(target).hasContent("new");
    }

    @Test
    void nothingIsLeftOfAFileThatTheCheckRefuses() {
        assertThatThrownBy(() -> publish(publishing(path -> {
                    throw new IOException("refused");
                })))
                .hasMessage("refused");

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatKilledRunsLeftIsSettledBeforeTheTargetIsRefused() throws IOException {
        Files.writeString(target, "old");
        Files.createLink(folder.resolve("a.db.tailrace-tmp"), target);
        Files.createLink(folder.resolve("a.db.replaced-by-tailrace"), target);
        Files.writeString(folder.resolve("a.db-wal.replaced-by-tailrace"), "old-wal");

        assertThatThrownBy(() -> publishing(path -> {}).prepare(target)).hasMessageContaining("already exists");

        assertThat(target).hasContent("old");
        assertThat(folder.resolve("a.db-wal")).hasContent("old-wal");
        assertThat(folder.toFile().list()).hasSize(2);
    }
}
