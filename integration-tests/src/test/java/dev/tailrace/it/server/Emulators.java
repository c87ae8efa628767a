// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * The storage servers, as containers that have not been started. Their images are named in
 * {@code emulators/versions.env} and nowhere else.
 */
final class Emulators {
    static final int SSH = 22;
    static final int S3 = 7070;
    static final int TOXIPROXY = 8474;
    static final int THROUGH = 8666;
    static final int AZURE = 10000;

    private static final Properties VERSIONS = loadVersions(Path.of("").toAbsolutePath());

    private Emulators() {}

    /** An SFTP server; a user is {@code name:password:uid:gid:folder}. */
    static GenericContainer<?> sftp(String... users) {
        return container("IMAGE_SFTP").withCommand(users).withExposedPorts(SSH).waitingFor(Wait.forListeningPort());
    }

    /** An S3 server without buckets. It keeps objects as files, so that {@code x} and {@code x/y} cannot both be there. */
    static GenericContainer<?> s3(String accessKeyId, String secretAccessKey) {
        return container("IMAGE_S3")
                .withEnv("ROOT_ACCESS_KEY_ID", accessKeyId)
                .withEnv("ROOT_SECRET_ACCESS_KEY", secretAccessKey)
                // Keys of others are unknown only where there is a list of them; without keep-alive no connection is
                // used twice.
                .withCommand("--health", "/health", "--keep-alive", "--iam-dir", "/tmp", "posix", "/tmp/vgw")
                .withExposedPorts(S3)
                .waitingFor(Wait.forHttp("/health").forPort(S3));
    }

    /** A proxy that disturbs connections; {@link #THROUGH} is what its one way listens on. */
    static GenericContainer<?> toxiproxy() {
        return container("IMAGE_TOXIPROXY")
                .withExposedPorts(TOXIPROXY, THROUGH)
                .waitingFor(Wait.forHttp("/version").forPort(TOXIPROXY));
    }

    /** A server of Azure's blobs without containers, with the account and key that are the same in all of its kind. */
    static GenericContainer<?> azure() {
        return container("IMAGE_AZURE")
                .withCommand("azurite-blob", "--blobHost", "0.0.0.0", "--inMemoryPersistence", "--disableTelemetry")
                .withExposedPorts(AZURE)
                .waitingFor(Wait.forListeningPort());
    }

    @SuppressWarnings("resource") // each "with" method returns the container itself
    static GenericContainer<?> container(String variable) {
        // By this label ./check finds what its tests left behind, and nothing that belongs to another run.
        String run = System.getenv().getOrDefault("TAILRACE_CHECK_RUN", "none");
        return new GenericContainer<>(image(variable)).withLabels(Map.of("dev.tailrace.check", run));
    }

    static DockerImageName image(String variable) {
        String name = VERSIONS.getProperty(variable);
        if (name == null) {
            throw new IllegalStateException("emulators/versions.env does not set " + variable);
        }
        return DockerImageName.parse(name);
    }

    /** Maven starts tests in their module's folder, an IDE may start them in the project's. */
    private static Properties loadVersions(Path start) {
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            Path file = folder.resolve("emulators").resolve("versions.env");
            if (Files.exists(file)) {
                try (Reader reader = Files.newBufferedReader(file)) {
                    Properties properties = new Properties();
                    properties.load(reader);
                    return properties;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        throw new IllegalStateException("no emulators/versions.env in " + start + " or above it");
    }
}
