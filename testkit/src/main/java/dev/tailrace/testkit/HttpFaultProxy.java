// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.util.Objects.requireNonNull;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server on this machine that hands all requests to another one, and lets chosen ones go wrong. A client is given
 * {@link #endpoint()} in the place of the server's own:
 *
 * <pre>{@code
 * try (HttpFaultProxy proxy = HttpFaultProxy.before(URI.create("http://localhost:9000"))) {
 *     proxy.inject(HttpFault.at(2, Answer.retryAfter(503, 1)));
 *     proxy.inject(HttpFault.once(SeenRequest::isGet, new Cut(1_000)));
 *     // a client of proxy.endpoint()
 *     assertThat(proxy.exchanges()).hasSize(4);
 * }
 * }</pre>
 *
 * <p>Requests and responses pass as they are, the header {@code Host} and {@code Expect} included, so that signatures stay
 * valid: only what concerns a single connection ({@code Connection} and what it names) is the proxy's own. Bodies are
 * streamed, chunks and trailers pass as they come. A client that expects {@code 100 Continue} is told to go on at once. Each
 * request has a connection of its own to the server. There is no TLS, no HTTP/2 and no {@code CONNECT}.
 *
 * <p>Safe for use by many threads.
 */
public final class HttpFaultProxy implements Closeable {

    private static final int BACKLOG = 100;
    private static final int PATIENCE_SECONDS = 10;

    private final InetSocketAddress upstream;
    private final ServerSocket server;
    private final ExecutorService threads;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();

    private final ConcurrentSkipListMap<Integer, HttpExchange> exchanges = new ConcurrentSkipListMap<>();
    // Guarded by faults.
    private final List<RemainingFault> faults = new ArrayList<>();
    private int numbers;

    private volatile Duration latency = Duration.ZERO;
    private volatile long bandwidth = Long.MAX_VALUE;

    private static final class RemainingFault {
        final HttpFault fault;
        int left;

        RemainingFault(HttpFault fault) {
            this.fault = fault;
            left = fault.times();
        }
    }

    private HttpFaultProxy(InetSocketAddress upstream, ServerSocket server) {
        this.upstream = upstream;
        this.server = server;
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "http-fault-proxy-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts one, on a free port of the loopback interface.
     *
     * @param server {@code http://HOST[:PORT]}; a path is not looked at. It need not run yet: while it cannot be reached,
     *     the answer is 502
     */
    public static HttpFaultProxy before(URI server) throws IOException {
        if (!"http".equalsIgnoreCase(server.getScheme()) || server.getHost() == null) {
            throw new IllegalArgumentException("no http server: " + server);
        }
        InetSocketAddress upstream =
                InetSocketAddress.createUnresolved(server.getHost(), server.getPort() < 0 ? 80 : server.getPort());
        ServerSocket socket = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        HttpFaultProxy proxy = new HttpFaultProxy(upstream, socket);
        proxy.threads.execute(proxy::accept);
        return proxy;
    }

    /** Where clients are to go: {@code http://127.0.0.1:PORT}. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Adds faults to those there are. Of several that may happen to a request, the one that was added first does. */
    public void inject(HttpFault... more) {
        synchronized (faults) {
            for (HttpFault fault : more) {
                faults.add(new RemainingFault(fault));
            }
        }
    }

    /** Each request waits so long before it goes to the server; none at first. */
    public void setLatency(Duration perRequest) {
        if (perRequest.isNegative()) {
            throw new IllegalArgumentException("negative latency: " + perRequest);
        }
        latency = perRequest;
    }

    /** Bodies of responses come so fast at most, each connection by itself; as fast as can be at first. */
    public void setBandwidth(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("no bandwidth: " + bytesPerSecond);
        }
        bandwidth = bytesPerSecond;
    }

    /** All requests since the start, or since {@link #forget()}, in the order they came, as far as they have got. */
    public List<SeenExchange> exchanges() {
        return exchanges.values().stream().map(HttpExchange::seen).toList();
    }

    /** How many connections clients have made since the start. */
    public int connections() {
        return connections.get();
    }

    /** Forgets the exchanges and the faults, and counts requests from 1 again. Latency and bandwidth stay. */
    public void forget() {
        synchronized (faults) {
            faults.clear();
            exchanges.clear();
            numbers = 0;
        }
    }

    /**
     * Ends everything that is under way, stalls too. Nothing is left when it returns: no thread, no socket.
     *
     * @throws IllegalStateException if a thread does not end within ten seconds
     */
    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a thread of the proxy does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- for its connections

    /** A request has come. */
    HttpExchange begin(HttpHead head) {
        synchronized (faults) {
            SeenRequest request = HttpSecrets.seen(++numbers, head);
            HttpExchange exchange = new HttpExchange(request, faultOf(request));
            exchanges.put(numbers, exchange);
            return exchange;
        }
    }

    Duration latency() {
        return latency;
    }

    long bandwidth() {
        return bandwidth;
    }

    /** A new connection to the server. */
    Socket connect() throws IOException {
        Socket socket = new Socket();
        track(socket);
        try {
            InetAddress address = InetAddress.getByName(upstream.getHostString());
            socket.connect(
                    new InetSocketAddress(address, upstream.getPort()),
                    Math.toIntExact(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)));
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException e) {
            release(socket);
            throw e;
        }
    }

    void release(Socket socket) throws IOException {
        sockets.remove(socket);
        socket.close();
    }

    /** Waits, unless the proxy is closed meanwhile. */
    void pause(Duration duration) throws ConnectionEnd {
        try {
            if (!duration.isZero() && closed.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new ConnectionEnd(false);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectionEnd(false);
        }
    }

    // ---- inside

    private HttpFault.@Nullable Effect faultOf(SeenRequest request) {
        for (RemainingFault remaining : faults) {
            if (remaining.left > 0 && remaining.fault.on().test(request)) {
                remaining.left--;
                return remaining.fault.effect();
            }
        }
        return null;
    }

    private void accept() {
        while (true) {
            try {
                Socket client = server.accept();
                connections.incrementAndGet();
                track(client);
                threads.execute(new HttpProxyConnection(this, client));
            } catch (IOException | RejectedExecutionException e) {
                if (server.isClosed()) {
                    return;
                }
            }
        }
    }

    private void track(Socket socket) throws IOException {
        sockets.add(requireNonNull(socket));
        // Closing may have looked at the sockets just before.
        if (closed.getCount() == 0) {
            release(socket);
        }
    }
}
