// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import dev.tailrace.testkit.HttpFaultProxy;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way to a server that is made long.
 *
 * @param url what leads to the replica that way
 * @param line to be closed
 */
record RemoteWay(String url, Closeable line) implements Closeable {

    private static final Pattern ENDPOINT = Pattern.compile("([?&]endpoint=)([^&]*)");
    private static final Pattern SFTP =
            Pattern.compile("(sftp://(?:[^@/]*@)?)(127\\.0\\.0\\.1|localhost):([0-9]+)(/.*)");

    /**
     * Over HTTP each request waits for its answer; over SFTP each byte is on its way that long.
     *
     * @param url names its server by {@code ?endpoint=http://…}, or is an SFTP URL of this machine with a port
     */
    static RemoteWay to(String url, Distance distance) throws IOException {
        Matcher sftp = SFTP.matcher(url);
        if (sftp.matches()) {
            DelayedLine line = new DelayedLine(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(sftp.group(3))), distance);
            return new RemoteWay(sftp.group(1) + "127.0.0.1:" + line.port() + sftp.group(4), line);
        }
        Matcher endpoint = ENDPOINT.matcher(url);
        if (!endpoint.find()) {
            throw new IllegalArgumentException(
                    "the URL must name its server by ?endpoint=http://…, or be sftp://…@127.0.0.1:port/…");
        }
        HttpFaultProxy proxy = HttpFaultProxy.before(URI.create(endpoint.group(2)));
        proxy.setLatency(distance.latency());
        if (distance.bandwidth() > 0) {
            proxy.setBandwidth(distance.bandwidth());
        }
        return new RemoteWay(
                url.substring(0, endpoint.start(2)) + proxy.endpoint() + url.substring(endpoint.end(2)), proxy);
    }

    @Override
    public void close() throws IOException {
        line.close();
    }
}
