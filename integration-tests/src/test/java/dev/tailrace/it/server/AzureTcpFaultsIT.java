// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

@NeedsContainers
class AzureTcpFaultsIT extends TcpFaultsIT {

    private AzureServer server;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = AzureServer.start();
        server.createContainer("replicas");
        put(server.disturbed(), server.address().getAuthority(), folder);
    }

    @AfterAll
    void stop() {
        close();
        server.close();
    }

    @Override
    StoreUnderTest at(String address) {
        StoreUnderTest direct = server.container("replicas");
        return new StoreUnderTest(direct.url(), "endpoint=http://" + address, direct.environment(), direct.secrets());
    }
}
