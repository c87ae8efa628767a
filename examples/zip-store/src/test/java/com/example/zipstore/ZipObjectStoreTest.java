// SPDX-License-Identifier: Apache-2.0
package com.example.zipstore;

import dev.tailrace.store.ObjectStore;
import dev.tailrace.testkit.ObjectStoreContract;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class ZipObjectStoreTest extends ObjectStoreContract {

    @TempDir
    private Path folder;

    @Override
    protected ObjectStore openStore() {
        return new ZipObjectStore(folder.resolve("replica.zip"), "zip:replica.zip");
    }

    @Override
    protected boolean listsRecordedTimes() {
        return true;
    }

    /** What the format keeps. */
    @Override
    protected ChronoUnit recordedTimePrecision() {
        return ChronoUnit.SECONDS;
    }

    /** There are no pages, and each object that is stored costs a copy of the archive. */
    @Override
    protected int moreThanOnePage() {
        return 100;
    }

    @Override
    protected List<String> leftovers() throws Exception {
        return ZipFiles.besides(folder, "replica.zip", "replica.zip.lock");
    }
}
