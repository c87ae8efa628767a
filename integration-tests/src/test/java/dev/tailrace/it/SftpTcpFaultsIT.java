// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static eu.rekawek.toxiproxy.model.ToxicDirection.DOWNSTREAM;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsContainers
class SftpTcpFaultsIT extends TcpFaultsIT {

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
}
