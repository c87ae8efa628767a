// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.tailrace.it.PackedCommandLine.Run;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever is not the server that was meant gets no request, and the user one line. */
@Timeout(120)
class CertificateIT {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private static final Map<String, String> CREDENTIALS = Map.of(
            "AWS_ACCESS_KEY_ID", "pl4nted-ID",
            "AWS_SECRET_ACCESS_KEY", "pl4nted-SECRET",
            "LITESTREAM_AZURE_ACCOUNT_KEY", "UExBTlRFRC1LRVk=");

    /** By subject a server's own keys, and the store that vouches for it. */
    @TempDir
    static Path folder;

    private static final String THIS = "ip:127.0.0.1";
    private static final String OTHER = "dns:elsewhere.example";

    @BeforeAll
    static void makeCertificates() throws Exception {
        for (String subject : List.of(THIS, OTHER)) {
            makeCertificate(subject);
        }
    }

    static Stream<Arguments> stores() {
        return Stream.of(
                Arguments.of("s3://bucket/app?endpoint=https://127.0.0.1:%d"),
                Arguments.of("gs://bucket/app?anonymous=true&endpoint=https://127.0.0.1:%d"),
                Arguments.of("abs://account@container/app?endpoint=https://127.0.0.1:%d/account"));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void aCertificateThatNobodyVouchesForIsRefused(String url) throws Exception {
        requireRefused(url, server(THIS), Map.of());
    }

    @ParameterizedTest
    @MethodSource("stores")
    void aCertificateOfAnotherServerIsRefused(String url) throws Exception {
        HttpsServer server = server(OTHER);
        String trust = "-Djavax.net.ssl.trustStore=" + trusted(OTHER) + " -Djavax.net.ssl.trustStorePassword=changeit";
        requireRefused(url, server, Map.of("TAILRACE_JAVA_OPTS", trust));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void aServerWithoutTlsIsToldFromOneThatIsAway(String url) throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> answerPlainly(plain));
            answering.setDaemon(true);
            answering.start();
            Run run = list(url, plain.getLocalPort(), Map.of());
            assertThat(run.exitCode()).as(run.err()).isEqualTo(5);
            assertThat(run.err()).hasLineCount(1).containsIgnoringCase("ssl").doesNotContain("pl4nted");
        }
    }

    private static void requireRefused(String url, HttpsServer server, Map<String, String> environment)
            throws Exception {
        try {
            Run run = list(url, server.getAddress().getPort(), environment);
            assertThat(run.exitCode()).as(run.err()).isEqualTo(5);
            assertThat(run.err())
                    .hasLineCount(1)
                    .contains("the certificate of the server is not trusted")
                    .doesNotContain("pl4nted");
            assertThat(run.out()).isEmpty();
        } finally {
            server.stop(0);
        }
    }

    private static Run list(String url, int port, Map<String, String> environment) throws Exception {
        Map<String, String> all = new HashMap<>(CREDENTIALS);
        all.putAll(environment);
        return PackedCommandLine.built().run(List.of(), all, "generations", url.formatted(port));
    }

    private static void answerPlainly(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.getInputStream().read();
                socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
            } catch (IOException e) {
                // Whoever asked has gone, or the test is over.
                continue;
            }
        }
    }

    private static Path keys(String subject) {
        return folder.resolve(subject.replaceAll("[^a-z0-9]", "-") + ".p12");
    }

    private static Path trusted(String subject) {
        return folder.resolve("trusts-" + keys(subject).getFileName());
    }

    private static void makeCertificate(String subject) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        keys(subject).toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=somebody",
                        "-ext",
                        "san=" + subject)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool").toFile())
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue())
                .as(Files.readString(folder.resolve("keytool")))
                .isZero();
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, PASSWORD);
        trusted.setCertificateEntry("server", keyStore(subject).getCertificate("server"));
        try (OutputStream out = Files.newOutputStream(trusted(subject))) {
            trusted.store(out, PASSWORD);
        }
    }

    private static KeyStore keyStore(String subject) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys(subject))) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    /** One that says it is this subject. */
    private static HttpsServer server(String subject) throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keyStore(subject), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> exchange.sendResponseHeaders(500, -1));
        server.start();
        return server;
    }
}
