// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import static eu.rekawek.toxiproxy.model.ToxicDirection.DOWNSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsContainers
class SftpTcpFaultsIT extends TcpFaultsIT {

    private static final int OBJECTS = 200;
    private static final int SAMPLE = 10;

    private SftpServer server;
    private DisturbedWay way;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = SftpServer.start();
        way = server.disturbed();
        put(way, server.address(), folder);
    }

    @AfterAll
    void stop() {
        close();
        server.stop();
    }

    @Override
    StoreUnderTest at(String address) {
        try {
            return server.at(address);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aServerThatIsRestartedInTheMiddleIsReadOn() throws Exception {
        restoresOnceItIsOver(() -> way.proxy().toxics().bandwidth("slow", DOWNSTREAM, 50), () -> {
            server.restart();
            way.clear();
        });
    }

    @Test
    void manyObjectsAreReadAtOnceFromFarAway() throws Exception {
        List<String> keys = new ArrayList<>();
        try (ObjectStore near = at(server.address()).open("far")) {
            for (int i = 0; i < OBJECTS; i++) {
                keys.add("wal/" + i);
                near.put(keys.get(i), ObjectSource.of(new byte[2_000]), PutOptions.NONE);
            }
        }
        way.proxy().toxics().latency("far", DOWNSTREAM, 50);
        try (ObjectStore far = at(way.address()).open("far")) {
            // Connects, too.
            read(far, keys.get(0));
            Duration some = WireReplica.time(() -> {
                for (String key : keys.subList(0, SAMPLE)) {
                    read(far, key);
                }
            });
            ExecutorService readers = Executors.newFixedThreadPool(far.concurrentReads());
            try {
                Duration all = WireReplica.time(() -> {
                    List<Future<?>> reading = new ArrayList<>();
                    for (String key : keys) {
                        reading.add(readers.submit(() -> read(far, key)));
                    }
                    for (Future<?> one : reading) {
                        one.get(60, TimeUnit.SECONDS);
                    }
                });
                Duration oneAfterAnother = some.multipliedBy(OBJECTS / SAMPLE);
                assertThat(all.multipliedBy(5)).isLessThan(oneAfterAnother);
            } finally {
                readers.shutdownNow();
                assertThat(readers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static byte[] read(ObjectStore store, String key) throws IOException {
        try (ObjectStream stream = store.open(ObjectRead.whole(key))) {
            return stream.readAllBytes();
        }
    }
}
