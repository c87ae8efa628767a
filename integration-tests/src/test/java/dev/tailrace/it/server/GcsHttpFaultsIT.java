// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

@NeedsContainers
class GcsHttpFaultsIT extends HttpFaultsIT {

    private GcsServer server;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = GcsServer.start();
        server.createBucket("replicas");
        put(folder);
    }

    @AfterAll
    void stop() throws Exception {
        server.stop();
    }

    @Override
    URI server() {
        return URI.create("http://" + server.endpoint());
    }

    @Override
    StoreUnderTest at(URI address) {
        StoreUnderTest direct = server.bucket("replicas");
        return new StoreUnderTest(direct.url(), "endpoint=" + address, direct.environment(), direct.secrets());
    }
}
