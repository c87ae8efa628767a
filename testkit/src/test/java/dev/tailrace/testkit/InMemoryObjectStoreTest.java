// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.PutOptions;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class InMemoryObjectStoreTest extends ObjectStoreContract {

    private final InMemoryObjectStore memory = new InMemoryObjectStore();

    @Override
    protected ObjectStore openStore() {
        return memory.reopen();
    }

    @Override
    protected boolean listsRecordedTimes() {
        return true;
    }

    @Test
    void storesAtTheTimeOfItsClock() throws IOException {
        Instant time = Instant.parse("2020-01-01T00:00:00.000000001Z");
        memory.setClock(Clock.fixed(time, ZoneOffset.UTC));

        ObjectInfo info = memory.put("a", ObjectSource.of(new byte[1]), PutOptions.NONE);

        assertThat(info.storedAt()).isEqualTo(time);
        assertThat(info.createdAt()).isEqualTo(time);
        assertThat(info.version()).contains("1");
    }
}
