// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

@NeedsContainers
class AzureHttpFaultsIT extends HttpFaultsIT {

    private AzureServer server;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = AzureServer.start();
        server.createContainer("replicas");
        put(folder);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    URI server() {
        return server.address();
    }

    @Override
    StoreUnderTest at(URI address) {
        StoreUnderTest direct = server.container("replicas");
        return new StoreUnderTest(direct.url(), "endpoint=" + address, direct.environment(), direct.secrets());
    }
}
