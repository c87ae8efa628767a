// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

@NeedsContainers
class S3TcpFaultsIT extends TcpFaultsIT {

    private S3Server server;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = S3Server.start();
        server.createBucket("replicas");
        put(server.disturbed(), server.endpoint(), folder);
    }

    @AfterAll
    void stop() {
        close();
        server.close();
    }

    @Override
    StoreUnderTest at(String address) {
        StoreUnderTest direct = server.bucket("replicas");
        return new StoreUnderTest(direct.url(), "endpoint=http://" + address, direct.environment(), direct.secrets());
    }
}
