// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;

/** OpenSSH in a container, with one user, who is locked into a folder of which only {@code /replica} can be written. */
final class SftpServer {

    static final String USER = "tester";
    static final String PASSWORD = "pl4ntedword!";
    private static final String HOME = "/home/" + USER;

    private final GenericContainer<?> container;

    private SftpServer(GenericContainer<?> container) {
        this.container = container;
    }

    static SftpServer start() {
        GenericContainer<?> container = Emulators.sftp(USER + ":" + PASSWORD + ":1001:100:replica");
        container.start();
        return new SftpServer(container);
    }

    /** Host and port. */
    String address() {
        return container.getHost() + ":" + container.getMappedPort(Emulators.SSH);
    }

    int port() {
        return container.getMappedPort(Emulators.SSH);
    }

    /** Another way to it. */
    DisturbedWay disturbed() throws IOException {
        return DisturbedWay.to(container, Emulators.SSH);
    }

    /** The folder that can be written, by password, with the host key pinned. */
    StoreUnderTest folder() throws Exception {
        return at(address());
    }

    /** The same by another address. */
    StoreUnderTest at(String address) throws Exception {
        return new StoreUnderTest(
                "sftp://" + USER + "@" + address + "/replica",
                "hostkey=" + fingerprint("ed25519"),
                environment(),
                List.of(PASSWORD));
    }

    static Map<String, String> environment() {
        return Map.of("LITESTREAM_SFTP_PASSWORD", PASSWORD);
    }

    /** {@code SHA256:…} of a host key, as the server's own tool tells it. */
    String fingerprint(String type) throws Exception {
        String told = run("ssh-keygen", "-lf", keyFile(type) + ".pub");
        return told.split(" ", -1)[1];
    }

    /** A host key as a known_hosts line has it, type and Base64. */
    String publicKey(String type) throws Exception {
        String[] words = run("cat", keyFile(type) + ".pub").split("\\s+", -1);
        return words[0] + " " + words[1];
    }

    private static String keyFile(String type) {
        return "/etc/ssh/ssh_host_" + type + "_key";
    }

    /** Lets the user log in with these keys too. */
    void allow(String publicKeys) throws Exception {
        run(
                "sh",
                "-c",
                "mkdir -p " + HOME + "/.ssh && printf '%s\\n' '" + publicKeys + "' >> " + HOME
                        + "/.ssh/authorized_keys && chown -R 1001 " + HOME + "/.ssh && chmod 700 " + HOME
                        + "/.ssh && chmod 600 " + HOME + "/.ssh/authorized_keys");
    }

    /** Gives the running server more lines of configuration, which hold for connections made from then on. */
    void configure(String... lines) throws Exception {
        run(
                "sh",
                "-c",
                "sed -i '/^# test/,$d' /etc/ssh/sshd_config && printf '%s\\n' '# test' '" + String.join("' '", lines)
                        + "' >> /etc/ssh/sshd_config && kill -HUP 1");
        // The server closes its door for a moment.
        Thread.sleep(500);
    }

    /** What runs as root inside, and has to end well. */
    String run(String... command) throws Exception {
        ExecResult result = container.execInContainer(command);
        assertThat(result.getExitCode()).as(result.getStderr()).isZero();
        return result.getStdout();
    }

    /** Ends the server with all its connections, and starts it again at the same inner address. */
    void restart() {
        DockerClientFactory.lazyClient()
                .restartContainerCmd(container.getContainerId())
                .withTimeout(0)
                .exec();
    }

    void stop() {
        container.close();
    }
}
