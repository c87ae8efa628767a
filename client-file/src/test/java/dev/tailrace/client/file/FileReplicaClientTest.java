// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.Tailrace;
import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.testkit.ReplicaClientContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileReplicaClientTest extends ReplicaClientContract {

    @TempDir
    private Path folder;

    @Override
    protected ObjectStore openStore() {
        return new FileObjectStore(folder.resolve("replica"));
    }

    @Override
    protected boolean listsRecordedTimes() {
        return true;
    }

    @Test
    void peer95TellsTypeAndPath() throws IOException {
        try (ReplicaClient client = Tailrace.open(folder.toUri().toString())) {
            assertThat(client.type()).isEqualTo("file");
            assertThat(client.location()).contains(folder.toString());
        }
    }

    @Test
    void peer96WritesV03NamesUnlessToldOtherwise() throws IOException {
        try (ReplicaClient client = Tailrace.open(folder.toUri().toString())) {
            client.writeSnapshot(new Generation("0123456789abcdef"), 1_000, ObjectSource.of(new byte[3]));
        }

        assertThat(Files.size(folder.resolve("generations/0123456789abcdef/snapshots/000003e8.snapshot.lz4")))
                .isEqualTo(3);
    }

    @Test
    void peer97BlankPathIsRefused() {
        assertThatThrownBy(() -> Tailrace.open("file://"))
                .isInstanceOf(ReplicaUrlException.class)
                .hasMessageContaining("file replica path required");
    }
}
