// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

@NeedsContainers
class GcsTcpFaultsIT extends TcpFaultsIT {

    private GcsServer server;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = GcsServer.start();
        server.createBucket("replicas");
        put(server.disturbed(), server.endpoint(), folder);
    }

    @AfterAll
    void stop() throws Exception {
        close();
        server.stop();
    }

    @Override
    StoreUnderTest at(String address) {
        StoreUnderTest direct = server.bucket("replicas");
        return new StoreUnderTest(direct.url(), "endpoint=http://" + address, direct.environment(), direct.secrets());
    }
}
