// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What callers hear when a store answers with an error, or not at all. */
class S3FailuresTest {

    private static final StoreSettings SETTINGS = StoreSettings.defaults()
            .withEnvironment(Map.of("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "pl4ntedkey"));

    private RecordingServer server;
    private ObjectStore store;

    @BeforeEach
    void start() throws IOException {
        server = RecordingServer.start();
        store = open(server.uri().toString(), SETTINGS);
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
        server.close();
    }

    private static ObjectStore open(String endpoint, StoreSettings settings) throws IOException {
        return new S3ObjectStoreProvider().open(ReplicaUrl.parse("s3://bucket/app?endpoint=" + endpoint), settings);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "403|InvalidAccessKeyId|AWS_ACCESS_KEY_ID",
                "403|SignatureDoesNotMatch|AWS_SECRET_ACCESS_KEY",
                "403|AccessDenied|s3:ListBucket",
                "403|AllAccessDisabled|HTTP 403",
                "401|Unauthorized|access denied",
                "400|ExpiredToken|log in again",
                "400|InvalidToken|AWS_SESSION_TOKEN",
                "404|NoSuchBucket|there is no bucket bucket, path app",
                "403|RequestTimeTooSkewed|set this machine's clock",
                "403|InvalidObjectState|archive",
                "400|InvalidBucketName|check the URL",
                "400|InvalidArgument|it says: of the store",
                "501|NotImplemented|NotImplemented",
                "404|-|HTTP 404",
            })
    void whatWillBeRefusedAgainIsNotTriedAgain(int status, String code, String words) {
        server.refuse(status, code == null ? "" : code, "of the store", Map.of("x-amz-request-id", "REQ-7"));

        StoreAccessException failure = catchThrowableOfType(
                StoreAccessException.class, () -> store.list("", "").hasNext());

        assertThat(failure).hasMessageContaining(words).hasMessageContaining("cannot list s3://bucket/app");
        assertThat(failure).hasMessageContaining("HTTP " + status).hasMessageContaining("REQ-7");
        assertThat(failure.getMessage())
                .doesNotContain("\n")
                .doesNotContain("Exception")
                .doesNotContain("pl4ntedkey");
        assertThat(failure.location().orElse("")).startsWith("s3://bucket/app");
        // Of a clock that is wrong the SDK tries another, since the answer tells the right time.
        assertThat(server.requests().size()).isLessThanOrEqualTo("RequestTimeTooSkewed".equals(code) ? 3 : 1);
    }

    @ParameterizedTest
    @CsvSource({
        "503, SlowDown",
        "429, TooManyRequests",
        "500, InternalError",
        "502, BadGateway",
        "504, GatewayTimeout",
        "400, RequestTimeout"
    })
    void whatMayPassIsTriedThreeTimes(int status, String code) {
        server.refuse(status, code, "later", Map.of());

        StoreUnavailableException failure =
                catchThrowableOfType(StoreUnavailableException.class, () -> store.open(ObjectRead.whole("key")));

        assertThat(failure).hasMessageContaining("HTTP " + status).hasMessageContaining("try again later");
        boolean asksForFewer = status == 503 || status == 429;
        assertThat(failure.retryAfter()).isEqualTo(asksForFewer ? Optional.of(Duration.ZERO) : Optional.empty());
        assertThat(server.requests()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "0, 0", "999999999, 3600"})
    void timeToWaitIsPassedOn(String header, long seconds) {
        server.refuse(503, "SlowDown", "later", Map.of("Retry-After", header));

        StoreUnavailableException failure =
                catchThrowableOfType(StoreUnavailableException.class, () -> store.open(ObjectRead.whole("key")));

        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"soon", "-5", "'Tue, 99 Foo 2026 10:00:00 GMT'"})
    void nonsenseIsNoTimeToWait(String header) {
        server.refuse(503, "SlowDown", "later", Map.of("Retry-After", header));

        StoreUnavailableException failure =
                catchThrowableOfType(StoreUnavailableException.class, () -> store.open(ObjectRead.whole("key")));

        assertThat(failure.retryAfter()).contains(Duration.ZERO);
    }

    @Test
    void rightRegionIsNamed() {
        server.refuse(
                400,
                "AuthorizationHeaderMalformed",
                "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-3'",
                Map.of());
        assertThatThrownBy(() -> store.list("", "").hasNext())
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("add region=eu-west-3 to the URL");

        server.refuse(301, "PermanentRedirect", "elsewhere", Map.of("x-amz-bucket-region", "ap-south-1"));
        assertThatThrownBy(() -> store.list("", "").hasNext())
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("add region=ap-south-1 to the URL");

        server.refuse(400, "", "", Map.of("x-amz-bucket-region", "ap-south-2"));
        assertThatThrownBy(() -> store.stat("key"))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("add region=ap-south-2 to the URL");
    }

    @Test
    void redirectToAnotherHostIsNotFollowed() throws IOException {
        try (RecordingServer other = RecordingServer.start()) {
            server.refuse(307, "TemporaryRedirect", "elsewhere", Map.of("Location", other.uri() + "/bucket/app/key"));
            assertThatThrownBy(() -> store.open(ObjectRead.whole("key"))).isInstanceOf(StoreAccessException.class);
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void nobodyThereIsToldFromNoSuchName() throws IOException {
        try (ObjectStore closed = open("http://127.0.0.1:1", SETTINGS);
                ObjectStore unknown = open("http://no-such-host.invalid", SETTINGS)) {
            assertThatThrownBy(() -> closed.stat("key"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("cannot connect to bucket bucket, path app at http://127.0.0.1:1");
            assertThatThrownBy(() -> unknown.stat("key"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("no such host");
        }
    }

    @Test
    void serverThatSaysNothingIsGivenUp() throws IOException {
        server.answer((request, exchange) -> pause());
        try (ObjectStore quick = open(server.uri().toString(), SETTINGS.withStallTimeout(Duration.ofMillis(200)))) {
            assertThatThrownBy(() -> quick.stat("key"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("no answer in time");
        }
    }

    @Test
    void certificateThatNobodyKnowsIsRefusedWithTheWayOut(@TempDir Path folder) throws Exception {
        try (RecordingServer tls = RecordingServer.startWithTls(folder);
                ObjectStore strict = open(tls.uri().toString(), SETTINGS)) {
            assertThatThrownBy(() -> strict.stat("key"))
                    .isInstanceOf(StoreAccessException.class)
                    .hasMessageContaining("skipVerify=true");
            assertThat(tls.requests()).isEmpty();
        }
    }

    @Test
    void messageOfAStoreIsOneShortLine() {
        server.refuse(400, "Odd", "line one\nline two" + "x".repeat(100_000), Map.of());
        TailraceException failure = catchThrowableOfType(
                TailraceException.class, () -> store.list("", "").hasNext());
        assertThat(failure.getMessage())
                .contains("line one line two")
                .doesNotContain("\n")
                .hasSizeLessThan(1_000);
    }

    private static void pause() {
        try {
            Thread.sleep(60_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
