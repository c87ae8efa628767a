// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.auth.Credentials;
import com.google.auth.oauth2.ComputeEngineCredentials;
import com.google.auth.oauth2.IdentityPoolCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.auth.oauth2.UserCredentials;
import com.google.cloud.NoCredentials;
import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GcsCredentialsTest {

    @TempDir
    private Path folder;

    private AnsweringServer server;

    @BeforeEach
    void start() throws IOException {
        server = AnsweringServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Nothing of this machine's own. */
    private StoreSettings settings(String... variables) {
        Map<String, String> environment = new HashMap<>();
        environment.put("CLOUDSDK_CONFIG", folder.resolve("gcloud").toString());
        environment.put("NO_GCE_CHECK", "true");
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return StoreSettings.defaults().withEnvironment(environment);
    }

    private static Credentials found(String text, StoreSettings settings) throws CredentialsFailure {
        ReplicaUrl url = ReplicaUrl.parse(text);
        GcsOptions options = GcsOptions.of(url, settings);
        return GcsCredentials.of(GcsUrl.read(url, options, settings), options, settings);
    }

    private ObjectStore open(String options, StoreSettings settings) throws IOException {
        ReplicaUrl url = ReplicaUrl.parse("gs://bucket/app?endpoint=http://" + server.address() + options);
        return new GcsObjectStoreProvider().open(url, settings);
    }

    // ---- which are taken

    @Test
    void fileOfTheOptionsComesFirst() throws Exception {
        Path key = KeyFiles.serviceAccount(folder, server);
        StoreSettings settings = settings("GOOGLE_APPLICATION_CREDENTIALS", "/nonexistent");
        assertThat(found("gs://bucket?key-path=" + key, settings)).isInstanceOf(ServiceAccountCredentials.class);
        assertThat(found("gs://bucket", settings.with("key-path", key.toString())))
                .isInstanceOf(ServiceAccountCredentials.class);
    }

    @Test
    void fileOfTheEnvironmentComesBeforeTheLogin() throws Exception {
        Path key = KeyFiles.serviceAccount(folder, server);
        KeyFiles.login(Files.createDirectories(folder.resolve("gcloud")));
        assertThat(found("gs://bucket", settings("GOOGLE_APPLICATION_CREDENTIALS", key.toString())))
                .isInstanceOf(ServiceAccountCredentials.class);
        assertThat(found("gs://bucket", settings())).isInstanceOf(UserCredentials.class);
    }

    @Test
    void configurationOfWorkloadIdentityIsTaken() throws Exception {
        Path file = KeyFiles.workloadIdentity(folder);
        assertThat(found("gs://bucket", settings("GOOGLE_APPLICATION_CREDENTIALS", file.toString())))
                .isInstanceOfSatisfying(
                        IdentityPoolCredentials.class,
                        identity -> assertThat(identity.createScopedRequired()).isFalse());
    }

    @Test
    void machineIsAskedLastAndOnlyIfItMayBe() throws Exception {
        assertThat(found("gs://bucket", settings("NO_GCE_CHECK", ""))).isInstanceOf(ComputeEngineCredentials.class);
        assertThatThrownBy(() -> found("gs://bucket", settings()))
                .isInstanceOf(CredentialsFailure.class)
                .hasMessageContaining("GOOGLE_APPLICATION_CREDENTIALS")
                .hasMessageContaining("anonymous=true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gs://bucket?anonymous=true",
                "gs://bucket?endpoint=http://127.0.0.1:1",
                "gs://bucket?endpoint=fake:4443"
            })
    void nobodyAsksWhereItIsSaidOrThePlaceIsPlainHttp(String url) throws Exception {
        Path key = KeyFiles.serviceAccount(folder, server);
        assertThat(found(url, settings("GOOGLE_APPLICATION_CREDENTIALS", key.toString())))
                .isSameAs(NoCredentials.getInstance());
    }

    @Test
    void namedFileIsNotUsedWhereAnybodyCouldReadItsToken() throws Exception {
        Path key = KeyFiles.serviceAccount(folder, server);
        assertThatThrownBy(() -> found("gs://bucket?endpoint=http://store.example&key-path=" + key, settings()))
                .isInstanceOf(ReplicaUrlException.class)
                .hasMessageContaining("plain text");
    }

    // ---- what is sent

    @Test
    void tokenOfAServiceAccountIsSent() throws Exception {
        Path key = KeyFiles.serviceAccount(folder, server);
        try (ObjectStore store = open("&key-path=" + key, settings())) {
            assertThat(server.requests())
                    .as("nothing is asked before it is needed")
                    .isEmpty();
            assertThat(server.tokenRequests()).isEmpty();
            store.stat("a");
            store.stat("b");
        }
        assertThat(server.tokenRequests()).hasSize(1);
        assertThat(server.requests())
                .allSatisfy(
                        request -> assertThat(request.header("Authorization")).contains("Bearer pl4nted-token"));
    }

    @Test
    void nobodySendsNoToken() throws Exception {
        try (ObjectStore store = open("", settings())) {
            store.stat("a");
        }
        assertThat(server.onlyRequest().header("Authorization")).isEmpty();
    }

    // ---- what is wrong

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "[]", "{\"type\": \"pl4nted-type\"}", "{\"private_key\": \"pl4nted-key\"}", "pl4nted-text"})
    void fileWithoutCredentialsIsNamedAndNotQuoted(String content) throws Exception {
        Path file = Files.writeString(folder.resolve("wrong.json"), content);
        assertThatThrownBy(() -> open("", settings().with("key-path", file.toString())))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("key-path")
                .satisfies(failure -> assertThat(failure.toString() + failure.getCause())
                        .doesNotContain("pl4nted")
                        .doesNotContain("\n"));
    }

    @Test
    void missingFileIsNamed() {
        Path file = folder.resolve("absent.json");
        assertThatThrownBy(() -> new GcsObjectStoreProvider()
                        .open(
                                ReplicaUrl.parse("gs://bucket"),
                                settings("GOOGLE_APPLICATION_CREDENTIALS", file.toString())))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("does not exist")
                .hasMessageContaining("GOOGLE_APPLICATION_CREDENTIALS");
    }

    @Test
    void refusedKeyIsNoMatterForRetries() throws Exception {
        server.answer((request, exchange) -> AnsweringServer.send(
                exchange, 400, "{\"error\":\"invalid_grant\",\"error_description\":\"no such account\"}"));
        Path key = KeyFiles.serviceAccount(folder, server);
        try (ObjectStore store = open("&key-path=" + key, settings())) {
            assertThatThrownBy(() -> store.stat("a"))
                    .isInstanceOf(StoreAccessException.class)
                    .hasMessageContaining("no token could be had")
                    .hasMessageContaining("invalid_grant")
                    .hasMessageNotContaining("\n")
                    .hasMessageNotContaining("PRIVATE KEY");
        }
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void tokenServerThatCannotBeReachedMayComeBack() throws Exception {
        Path key = KeyFiles.serviceAccount(folder, server);
        try (ObjectStore store = open("&key-path=" + key, settings())) {
            server.close();
            assertThatThrownBy(() -> store.stat("a")).isInstanceOf(StoreUnavailableException.class);
        }
    }
}
