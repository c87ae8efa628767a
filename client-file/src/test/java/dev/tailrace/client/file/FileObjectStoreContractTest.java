// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import dev.tailrace.store.ObjectStore;
import dev.tailrace.testkit.ObjectStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

class FileObjectStoreContractTest extends ObjectStoreContract {

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

    /** Folders that hold nothing, too. */
    @Override
    protected List<String> leftovers() throws IOException {
        Path root = folder.resolve("replica");
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> left = Files.list(root)) {
            return left.map(Path::toString).toList();
        }
    }
}
