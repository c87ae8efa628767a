// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.utility.MountableFile;

/** The ground that tests against storage servers stand on: a server in a container is reached, filled and removed. */
@NeedsContainers
@Testcontainers
class SftpEmulatorIT {
    private static final String USER = "tester:secret:1001:100:replica";

    @Container
    private static final GenericContainer<?> SERVER = Emulators.sftp(USER);

    @Test
    void speaksSshOnItsMappedPort() throws IOException {
        assertThat(banner(SERVER)).matches("SSH-2\\.0-OpenSSH_\\d+\\.\\d+.*");
    }

    @Test
    void keepsContentSizeAndTimeOfFileCopiedIn(@TempDir Path folder) throws Exception {
        String content = "segment of a log\n".repeat(300);
        Instant written = Instant.parse("2026-01-02T03:04:05Z");
        Path file = Files.writeString(folder.resolve("00000000_00000000.wal.lz4"), content);
        Files.setLastModifiedTime(file, FileTime.from(written));
        String copy = "/home/tester/replica/" + file.getFileName();

        SERVER.copyFileToContainer(MountableFile.forHostPath(file), copy);

        assertThat(run("stat", "--format=%s %Y", copy)).isEqualTo("5100 " + written.getEpochSecond() + "\n");
        assertThat(run("cat", copy)).isEqualTo(content);
    }

    @Test
    void isGoneWhenClosed() throws IOException {
        String id;
        try (GenericContainer<?> server = Emulators.sftp(USER)) {
            server.start();
            id = server.getContainerId();
            assertThat(banner(server)).startsWith("SSH-");
        }
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() ->
                        DockerClientFactory.lazyClient().inspectContainerCmd(id).exec());
    }

    /** What an SSH server says before the client has said anything. */
    private static String banner(GenericContainer<?> server) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(10_000);
            socket.connect(new InetSocketAddress(server.getHost(), server.getMappedPort(Emulators.SSH)), 10_000);
            byte[] start = socket.getInputStream().readNBytes(20);
            return new String(start, UTF_8);
        }
    }

    private static String run(String... command) throws Exception {
        ExecResult result = SERVER.execInContainer(command);
        assertThat(result.getExitCode()).as(result.getStderr()).isZero();
        return result.getStdout();
    }
}
