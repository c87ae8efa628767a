// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.ToxiproxyClient;
import java.io.IOException;
import org.testcontainers.containers.GenericContainer;

/** A way to a server in a container that leads through Toxiproxy, which disturbs its connections. */
final class DisturbedWay implements AutoCloseable {

    private final GenericContainer<?> container;
    private final ToxiproxyClient client;
    private final Proxy proxy;

    private DisturbedWay(GenericContainer<?> container, ToxiproxyClient client, Proxy proxy) {
        this.container = container;
        this.client = client;
        this.proxy = proxy;
    }

    /** @param port of the server, inside its container */
    static DisturbedWay to(GenericContainer<?> server, int port) throws IOException {
        GenericContainer<?> container = Emulators.toxiproxy();
        container.start();
        String address = server.getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
        ToxiproxyClient client = new ToxiproxyClient(container.getHost(), container.getMappedPort(Emulators.TOXIPROXY));
        Proxy proxy = client.createProxy("way", "0.0.0.0:" + Emulators.THROUGH, address + ":" + port);
        return new DisturbedWay(container, client, proxy);
    }

    /** Host and port of its beginning. */
    String address() {
        return container.getHost() + ":" + container.getMappedPort(Emulators.THROUGH);
    }

    /** What disturbs it. */
    Proxy proxy() {
        return proxy;
    }

    /**
     * Nothing disturbs it any more. The proxy lets go of a held up connection only when what it holds has gone on its way, and
     * gives a request 25 seconds for that; the next one finds it done.
     */
    void clear() throws IOException {
        for (int left = 3; ; left--) {
            try {
                client.reset();
                return;
            } catch (IOException e) {
                if (left == 0) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() {
        container.close();
    }
}
