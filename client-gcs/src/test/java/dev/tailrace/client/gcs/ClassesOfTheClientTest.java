// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.NoCredentials;
import com.google.cloud.ReadChannel;
import com.google.cloud.ServiceOptions;
import com.google.cloud.WriteChannel;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageException;
import com.google.cloud.storage.StorageOptions;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectStore;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/**
 * Half of what Google's client comes with is left out of the build. A new version that needs a part of it ends here, with a
 * class that is not found.
 */
class ClassesOfTheClientTest {

    private static StorageOptions options(String address) {
        return StorageOptions.http()
                .setHost("http://" + address)
                .setProjectId("test")
                .setCredentials(NoCredentials.getInstance())
                .setRetrySettings(ServiceOptions.getNoRetrySettings())
                .build();
    }

    @Test
    void clientWorksOverHttpWithoutWhatIsLeftOut() throws Exception {
        try (AnsweringServer server = AnsweringServer.start()) {
            Storage client = options(server.address()).getService();
            try {
                BlobId id = BlobId.of("bucket", "app/a");
                assertThat(client.list("bucket").iterateAll()).isEmpty();
                assertThat(client.get(id).getSize()).isEqualTo(5);
                assertThat(client.readAllBytes(id)).asString(UTF_8).isEqualTo("hello");
                try (ReadChannel channel = client.reader(id)) {
                    assertThat(channel.read(ByteBuffer.allocate(10))).isEqualTo(5);
                }
                assertThat(client.create(BlobInfo.newBuilder(id).build(), "hello".getBytes(UTF_8))
                                .getGeneration())
                        .isEqualTo(17);
                assertThat(client.delete(id)).isTrue();
                try (ObjectStore store = GcsObjectStore.over(client, "bucket", "app")) {
                    assertThat(store.stat("a").map(ObjectInfo::size)).contains(5L);
                }
            } finally {
                client.close();
            }
        }
    }

    @Test
    void clientFailsWithItsOwnExceptionsWhereNothingAnswers() throws Exception {
        Storage client = options("127.0.0.1:1").getService();
        try {
            BlobId id = BlobId.of("bucket", "a");
            assertThatThrownBy(() -> client.list("bucket")).isInstanceOf(StorageException.class);
            assertThatThrownBy(() -> client.readAllBytes(id)).isInstanceOf(StorageException.class);
            assertThatThrownBy(() -> {
                        try (WriteChannel channel =
                                client.writer(BlobInfo.newBuilder(id).build())) {
                            channel.write(ByteBuffer.wrap(new byte[1]));
                        }
                    })
                    .isInstanceOf(StorageException.class);
        } finally {
            client.close();
        }
    }
}
