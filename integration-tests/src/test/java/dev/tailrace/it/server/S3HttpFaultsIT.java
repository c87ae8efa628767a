// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

@NeedsContainers
class S3HttpFaultsIT extends HttpFaultsIT {

    private S3Server server;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        server = S3Server.start();
        server.createBucket("replicas");
        put(folder);
    }

    @AfterAll
    void stop() {
        server.close();
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
