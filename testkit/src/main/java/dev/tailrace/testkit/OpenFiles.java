// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Files and sockets that this process has open, as Linux lists them. */
final class OpenFiles {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** Nothing is open. */
    static final OpenFiles NONE = new OpenFiles(Map.of());

    private final Map<String, Integer> counts;

    private OpenFiles(Map<String, Integer> counts) {
        this.counts = counts;
    }

    /** Those of this moment; none where the system does not list them. */
    static OpenFiles now() throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return NONE;
        }
        Map<String, Integer> counts = new HashMap<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                String name;
                try {
                    name = Files.readSymbolicLink(descriptor).toString();
                } catch (IOException closedMeanwhile) {
                    continue;
                }
                if (isOfInterest(name)) {
                    counts.merge(name, 1, Integer::sum);
                }
            }
        }
        return new OpenFiles(counts);
    }

    /** Opens and closes sockets, so that what Java opens once and keeps is there before anything is counted. */
    static void warmUp() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SocketChannel client = SocketChannel.open(server.getLocalSocketAddress())) {
            client.configureBlocking(true);
        }
    }

    /** Names of those that are not in {@code before}, with how many more there are. */
    Map<String, Integer> beyond(OpenFiles before) {
        Map<String, Integer> more = new TreeMap<>();
        counts.forEach((name, count) -> {
            int added = count - before.counts.getOrDefault(name, 0);
            if (added > 0) {
                more.put(name, added);
            }
        });
        return more;
    }

    // Java opens its own files, and the jars of the class path, when it needs them.
    private static boolean isOfInterest(String name) {
        boolean ofSystem = Stream.of("/dev/", "/proc/", "/sys/", System.getProperty("java.home"))
                .anyMatch(name::startsWith);
        boolean file = name.startsWith("/dev/shm/") || (name.startsWith("/") && !ofSystem);
        return name.startsWith("socket:") || (file && !name.endsWith(".jar"));
    }
}
