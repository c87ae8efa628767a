// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.store.ListingBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileListingTest {

    private static final String LOCATION = "file:///replica";
    /** The part of the heap that a budget for so few objects is. */
    private static final int TIMES = (int) (ListingBudget.most(2) / 20);

    private static final int MOST = (int) ListingBudget.most(2 * TIMES);

    @TempDir
    Path folder;

    @Test
    void holdsNoMoreNamesOfAFolderThanItsPartOfTheHeap() throws Exception {
        // The folder's own name is one more.
        files("a", MOST - 1);
        assertThat(listed("")).hasSize(MOST - 1);

        files("a", MOST);
        assertThatThrownBy(() -> listed(""))
                .isInstanceOf(UnsupportedReplicaException.class)
                .hasMessageContaining("\"\" in " + LOCATION + " lists more than " + MOST + " objects")
                .hasMessageContaining("-Xmx");
    }

    @Test
    void givesRoomBackWithEachFolderThatItLeaves() throws Exception {
        for (String name : List.of("a", "b", "c")) {
            // Beside them the names of these three folders are held.
            files(name, MOST - 3);
        }
        assertThat(listed(""))
                .hasSize(3 * (MOST - 3))
                .isSorted()
                .startsWith("a/0001")
                .endsWith("c/00" + (MOST - 3));
    }

    @Test
    void doesNotCountWhatItDoesNotLookFor() throws Exception {
        files("a", 3 * MOST);
        files("b", 1);
        assertThat(listed("a/002")).hasSize(10);
        assertThat(listed("b/")).containsExactly("b/0001");
    }

    private List<String> listed(String prefix) throws IOException {
        Root root = new Root(folder.toRealPath(), LOCATION);
        ListingBudget budget = new ListingBudget("\"" + prefix + "\" in " + LOCATION, LOCATION, TIMES);
        List<String> keys = new ArrayList<>();
        try (FileListing listing = new FileListing(root, new OpenState(LOCATION), prefix, "", budget)) {
            while (listing.hasNext()) {
                keys.add(listing.next().key());
            }
        }
        return keys;
    }

    private void files(String name, int count) throws IOException {
        Path parent = Files.createDirectories(folder.resolve(name));
        for (int i = 1; i <= count; i++) {
            Path file = parent.resolve("%04d".formatted(i));
            if (Files.notExists(file)) {
                Files.createFile(file);
            }
        }
    }
}
