// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import dev.tailrace.store.ObjectStore;

class InMemoryReplicaClientTest extends ReplicaClientContract {

    private final InMemoryObjectStore memory = new InMemoryObjectStore();

    @Override
    protected ObjectStore openStore() {
        return memory.reopen();
    }

    @Override
    protected boolean listsRecordedTimes() {
        return true;
    }
}
