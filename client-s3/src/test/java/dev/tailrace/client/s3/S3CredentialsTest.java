// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.client.s3.RecordingServer.Request;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who a request says it comes from: told by the access key id in its signature. */
class S3CredentialsTest {

    private static final Pattern KEY_ID = Pattern.compile("Credential=([^/]*)/");
    private static final Map<String, String> NOBODY = Map.of(
            "AWS_SHARED_CREDENTIALS_FILE", "/no/such/file",
            "AWS_CONFIG_FILE", "/no/such/file");

    @TempDir
    private Path folder;

    private RecordingServer server;

    @BeforeEach
    void start() throws IOException {
        server = RecordingServer.start();
        System.setProperty("aws.disableEc2Metadata", "true");
    }

    @AfterEach
    void stop() {
        server.close();
        System.clearProperty("aws.disableEc2Metadata");
        System.clearProperty("aws.containerCredentialsFullUri");
        System.clearProperty("aws.ec2MetadataServiceEndpoint");
        System.clearProperty("aws.endpointUrlSts");
        System.clearProperty("aws.region");
    }

    private static StoreSettings environment(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(NOBODY);
        all.putAll(variables);
        return StoreSettings.defaults().withEnvironment(all);
    }

    private static StoreSettings environment(String... namesAndValues) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return environment(variables);
    }

    private Request ask(StoreSettings settings, String options) throws IOException {
        ReplicaUrl url = ReplicaUrl.parse("s3://bucket/app?endpoint=" + server.uri() + options);
        try (ObjectStore store = new S3ObjectStoreProvider().open(url, settings)) {
            store.stat("key");
        }
        return server.lastRequest();
    }

    private String asker(StoreSettings settings) throws IOException {
        Matcher matcher =
                KEY_ID.matcher(ask(settings, "").header("Authorization").orElse(""));
        return matcher.find() ? matcher.group(1) : "nobody";
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    @Test
    void settingsWinOverTheEnvironmentAndThatOverProfiles() throws IOException {
        Path credentials = file(
                "credentials",
                "[default]\naws_access_key_id = OFDEFAULT\naws_secret_access_key = s1\n"
                        + "[other]\naws_access_key_id = OFOTHER\naws_secret_access_key = s2\n");
        StoreSettings files = environment("AWS_SHARED_CREDENTIALS_FILE", credentials.toString());
        StoreSettings chosen =
                environment("AWS_SHARED_CREDENTIALS_FILE", credentials.toString(), "AWS_PROFILE", "other");
        StoreSettings variables = environment(
                "AWS_SHARED_CREDENTIALS_FILE",
                credentials.toString(),
                "AWS_PROFILE",
                "other",
                "AWS_ACCESS_KEY_ID",
                "OFVARIABLE",
                "AWS_SECRET_ACCESS_KEY",
                "s3");

        assertThat(asker(files)).isEqualTo("OFDEFAULT");
        assertThat(asker(chosen)).isEqualTo("OFOTHER");
        assertThat(asker(variables)).isEqualTo("OFVARIABLE");
        assertThat(asker(variables.with("profile", "default"))).isEqualTo("OFDEFAULT");
        assertThat(asker(variables.with("access-key-id", "OFSETTING").with("secret-access-key", "s4")))
                .isEqualTo("OFSETTING");
        assertThat(asker(variables.with("anonymous", "true"))).isEqualTo("nobody");
    }

    @Test
    void litestreamsVariablesStandInForAmazons() throws IOException {
        StoreSettings litestream =
                environment("LITESTREAM_ACCESS_KEY_ID", "OFLITESTREAM", "LITESTREAM_SECRET_ACCESS_KEY", "s");
        assertThat(asker(litestream)).isEqualTo("OFLITESTREAM");
        StoreSettings both = environment(
                "LITESTREAM_ACCESS_KEY_ID",
                "OFLITESTREAM",
                "LITESTREAM_SECRET_ACCESS_KEY",
                "s",
                "AWS_ACCESS_KEY_ID",
                "OFAMAZON",
                "AWS_SECRET_ACCESS_KEY",
                "s");
        assertThat(asker(both)).isEqualTo("OFAMAZON");
        StoreSettings mixed = environment("AWS_ACCESS_KEY_ID", "OFAMAZON", "LITESTREAM_SECRET_ACCESS_KEY", "s");
        assertThat(asker(mixed)).isEqualTo("OFAMAZON");
    }

    @Test
    void sessionTokenIsSent() throws IOException {
        Request request = ask(
                environment("AWS_ACCESS_KEY_ID", "ASIA1", "AWS_SECRET_ACCESS_KEY", "s", "AWS_SESSION_TOKEN", "tok"),
                "");
        assertThat(request.header("x-amz-security-token")).contains("tok");
    }

    @Test
    void regionOfTheProfileIsTakenWhereNothingElseNamesOne() throws IOException {
        Path config = file("config", "[profile other]\nregion = ap-south-1\n");
        Path credentials = file("credentials", "[other]\naws_access_key_id = A\naws_secret_access_key = s\n");
        StoreSettings settings = environment(
                "AWS_CONFIG_FILE",
                config.toString(),
                "AWS_SHARED_CREDENTIALS_FILE",
                credentials.toString(),
                "AWS_PROFILE",
                "other");
        S3Options options = S3Options.of(ReplicaUrl.parse("s3://bucket"), settings);
        S3Profile profile = S3Profile.read(options, settings);
        assertThat(profile.region()).isEqualTo(Optional.of("ap-south-1"));
        S3Url place = S3Url.read(ReplicaUrl.parse("s3://bucket"), options, settings);
        try (var client =
                S3Clients.build(place, options, settings, profile, S3Credentials.of(options, settings, profile))) {
            assertThat(client.serviceClientConfiguration().region().id()).isEqualTo("ap-south-1");
        }
    }

    @Test
    void webIdentityIsExchangedForCredentials() throws IOException {
        System.setProperty("aws.endpointUrlSts", server.uri().toString());
        System.setProperty("aws.region", "us-east-1");
        server.answer((request, exchange) -> {
            if (request.text().contains("AssumeRoleWithWebIdentity")) {
                RecordingServer.send(
                        exchange,
                        200,
                        "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
                                + "<AccessKeyId>OFROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                                + "<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>"
                                + "</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>");
            } else {
                RecordingServer.answerLikeS3(request, exchange);
            }
        });
        Path token = file("token", "pl4nted-web-token");
        StoreSettings settings = environment(
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                token.toString(),
                "AWS_ROLE_ARN",
                "arn:aws:iam::123456789012:role/r",
                "AWS_REGION",
                "us-east-1");

        assertThat(asker(settings)).isEqualTo("OFROLE");
        assertThat(server.requests().get(0).text()).contains("pl4nted-web-token");
    }

    @Test
    void rolesOfContainersAndInstancesAreAskedFor() throws IOException {
        String role = "{\"Code\":\"Success\",\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"s\",\"Token\":\"t\","
                + "\"Expiration\":\"2099-01-01T00:00:00Z\"}";
        server.answer((request, exchange) -> {
            if (request.target().equals("/container")) {
                RecordingServer.send(exchange, 200, String.format(role, "OFCONTAINER"));
            } else if (request.target().startsWith("/latest/api/token")) {
                RecordingServer.send(exchange, 200, "token");
            } else if (request.target().matches(".*/security-credentials(-extended)?/.+")) {
                RecordingServer.send(exchange, 200, String.format(role, "OFINSTANCE"));
            } else if (request.target().contains("/security-credentials")) {
                RecordingServer.send(exchange, 200, "role");
            } else {
                RecordingServer.answerLikeS3(request, exchange);
            }
        });
        System.setProperty("aws.containerCredentialsFullUri", server.uri() + "/container");
        assertThat(asker(environment())).isEqualTo("OFCONTAINER");

        System.clearProperty("aws.containerCredentialsFullUri");
        System.clearProperty("aws.disableEc2Metadata");
        System.setProperty("aws.ec2MetadataServiceEndpoint", server.uri() + "/");
        assertThat(asker(environment())).isEqualTo("OFINSTANCE");
    }

    @Test
    void nobodyIsToldWhatToSet() {
        assertThatThrownBy(() -> asker(environment()))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("no credentials found")
                .hasMessageContaining("AWS_ACCESS_KEY_ID")
                .hasMessageContaining("anonymous=true");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void halfAPairIsNoPair() {
        assertThatThrownBy(() -> asker(environment("AWS_ACCESS_KEY_ID", "A")))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY");
        assertThatThrownBy(() -> asker(environment().with("secret-access-key", "pl4ntedkey")))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("secret-access-key is set without access-key-id")
                .hasMessageNotContaining("pl4ntedkey");
    }

    @Test
    void profileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> asker(environment("AWS_PROFILE", "ghost")))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("no profile ghost");
    }

    @Test
    void secretsAreInNoText() throws Exception {
        StoreSettings settings = environment("AWS_ACCESS_KEY_ID", "AKID", "AWS_SECRET_ACCESS_KEY", "pl4ntedkey-1")
                .with("sse-customer-key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
        ReplicaUrl url = ReplicaUrl.parse("s3://bucket/app?endpoint=" + server.uri());
        S3Options options = S3Options.of(url, settings);
        S3Url place = S3Url.read(url, options, settings);
        server.refuse(403, "SignatureDoesNotMatch", "signed with the key pl4ntedkey-1?", Map.of());
        try (ObjectStore store = new S3ObjectStoreProvider().open(url, settings)) {
            Encryption encryption = CustomerKeys.encryption(options, place);
            assertThatThrownBy(() -> store.stat("key"))
                    .satisfies(failure -> assertThat(String.join(
                                    "\n",
                                    failure.getMessage(),
                                    store.location(),
                                    store.toString(),
                                    options.toString(),
                                    place.toString(),
                                    encryption.toString(),
                                    String.valueOf(encryption.customerKey()),
                                    new UploadSettings(1, null, encryption).toString(),
                                    settings.toString()))
                            .doesNotContain("pl4ntedkey")
                            .doesNotContain("MDEyMzQ1"));
        }
    }
}
