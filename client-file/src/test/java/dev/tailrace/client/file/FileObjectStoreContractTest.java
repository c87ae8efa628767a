// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import dev.tailrace.store.ObjectStore;
import dev.tailrace.testkit.ObjectStoreContract;
import java.nio.file.Path;
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
}
