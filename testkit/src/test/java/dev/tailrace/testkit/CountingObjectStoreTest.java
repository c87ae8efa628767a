// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CountingObjectStoreTest {

    private final CountingObjectStore store = new CountingObjectStore(new InMemoryObjectStore());

    @Test
    void countsCallsByWhatTheyAskFor() throws IOException {
        store.put("a/1", ObjectSource.of(new byte[10]), PutOptions.NONE);
        store.list("a/", "").close();
        store.list("a/", "a/1").close();
        store.listFolders("");
        assertThat(store.stat("b")).isEmpty();
        try (ObjectStream stream = store.open(ObjectRead.whole("a/1"))) {
            stream.skipNBytes(3);
            assertThat(stream.readAllBytes()).hasSize(7);
        }
        assertThatThrownBy(() -> store.open(ObjectRead.whole("b"))).isInstanceOf(IOException.class);
        store.delete(List.of("a/1", "b"));

        assertThat(store.puts()).isEqualTo(Map.of("a/1", 1));
        assertThat(store.lists()).isEqualTo(Map.of("a/", 2));
        assertThat(store.folderLists()).isEqualTo(Map.of("", 1));
        assertThat(store.stats()).isEqualTo(Map.of("b", 1));
        assertThat(store.opens()).isEqualTo(Map.of("a/1", 1, "b", 1));
        assertThat(store.deletes()).isEqualTo(Map.of("a/1", 1, "b", 1));
        assertThat(store.bytesRead()).isEqualTo(10);
        store.assertNothingOpen();
    }

    @Test
    void tellsWhatIsOpen() throws IOException {
        store.put("a", ObjectSource.of(new byte[10]), PutOptions.NONE);
        ObjectStream first = store.open(ObjectRead.whole("a"));
        ObjectStream second = store.open(ObjectRead.whole("a"));
        ObjectIterator listing = store.list("", "");
        first.close();
        first.close();

        assertThat(store.openStreams()).isEqualTo(1);
        assertThat(store.mostOpenStreams()).isEqualTo(2);
        assertThat(store.openIterators()).isEqualTo(1);
        assertThatThrownBy(store::assertNothingOpen)
                .isInstanceOf(AssertionError.class)
                .hasMessage("1 streams, 1 listings left open in memory:");
        second.close();
        listing.close();
        store.assertNothingOpen();
        store.resetCounts();
        assertThat(store.opens()).isEmpty();
        assertThat(store.mostOpenStreams()).isZero();
    }
}
