// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.client.s3.RecordingServer.Request;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the SDK's client, set up for each provider, puts on the wire. The provider's own host names are asked for through a
 * proxy, which is the recording server: so URLs are those that users write, but for http.
 */
class RecordedRequestsTest {

    private static final StoreSettings SETTINGS = StoreSettings.defaults()
            .withEnvironment(Map.of("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "pl4ntedkey"));
    private static final String EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private RecordingServer server;

    @BeforeEach
    void start() throws IOException {
        server = RecordingServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static ObjectStore open(String url) throws IOException {
        return new S3ObjectStoreProvider().open(ReplicaUrl.parse(url), SETTINGS);
    }

    private void throughProxy(ThrowingRunnable work) throws Exception {
        System.setProperty("http.proxyHost", "127.0.0.1");
        System.setProperty("http.proxyPort", String.valueOf(server.port()));
        try {
            work.run();
        } finally {
            System.clearProperty("http.proxyHost");
            System.clearProperty("http.proxyPort");
        }
    }

    private interface ThrowingRunnable {
        void run() throws Exception;
    }

    @ParameterizedTest
    @CsvSource({
        "0a1b2c.r2.cloudflarestorage.com, true, true, auto",
        "s3.us-west-004.backblazeb2.com, true, true, us-west-004",
        "fly.storage.tigris.dev, true, false, auto",
        "t3.storage.dev, true, false, auto",
        "nyc3.digitaloceanspaces.com, false, true, nyc3",
        "s3.nl-ams.scw.cloud, true, true, nl-ams",
        "fsn1.your-objectstorage.com, true, true, fsn1",
        "s3.filebase.com, true, true, us-east-1",
        "ref.supabase.co, true, true, us-east-1",
        "eu-central-1.linodeobjects.com, false, true, eu-central-1",
        "s3.eu-central-2.wasabisys.com, true, true, eu-central-2",
        "storage.googleapis.com, true, true, auto",
        "minio.example.org, true, true, us-east-1",
    })
    void speaksToEachProviderAsItWants(String host, boolean pathStyle, boolean contentMd5, String region)
            throws Exception {
        throughProxy(() -> {
            String url = "s3://bucket/app?endpoint=http://" + host;
            // A host without a path is nothing that this server could take from a proxy's request line.
            try (ObjectStore store = open(url);
                    ObjectStore ofBucket = open(url + "&forcePathStyle=true")) {
                store.put("key", ObjectSource.of("hello".getBytes(UTF_8)), PutOptions.NONE);
                ofBucket.delete(List.of("a", "b"));
                ofBucket.list("", "").hasNext();
                try (ObjectStream stream = store.open(ObjectRead.whole("key"))) {
                    assertThat(stream.readAllBytes()).asString(UTF_8).isEqualTo("hello");
                }
            }
        });

        List<Request> requests = server.requests();
        assertThat(requests).extracting(Request::method).containsExactly("PUT", "HEAD", "POST", "GET", "GET");
        Request put = requests.get(0);
        assertThat(put.target())
                .isEqualTo(pathStyle ? "http://" + host + "/bucket/app/key" : "http://bucket." + host + "/app/key");
        assertThat(put.text()).as("no chunks with signatures or checksums").isEqualTo("hello");
        assertThat(put.header("Content-Length")).contains("5");
        assertThat(put.header("Content-Encoding")).isEmpty();
        assertThat(put.header("Expect")).isEmpty();
        assertThat(put.header("Transfer-Encoding")).isEmpty();
        assertThat(put.header("x-amz-trailer")).isEmpty();
        assertThat(put.header("x-amz-content-sha256").orElse("")).matches("[0-9a-f]{64}");
        assertThat(put.headers().keySet())
                .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("x-amz-checksum"));
        Request delete = requests.get(2);
        assertThat(delete.header("Content-MD5").isPresent()).isEqualTo(contentMd5);
        assertThat(delete.text()).contains("<Key>app/a</Key>", "<Key>app/b</Key>", "<Quiet>true</Quiet>");
        for (Request request : requests) {
            assertThat(request.header("Authorization").orElse(""))
                    .contains("Credential=AKIDEXAMPLE/", "/" + region + "/s3/")
                    .doesNotContain("accept-encoding");
            assertThat(request.header("User-Agent").orElse("")).contains("tailrace");
            assertThat(request.header("X-Tigris-Consistent").isPresent())
                    .isEqualTo(host.contains("tigris") || host.contains("t3.storage"));
            assertThat(request.header("x-amz-checksum-mode")).isEmpty();
        }
    }

    @Test
    void speaksToAmazonAsItsOwnClientDoes() throws Exception {
        throughProxy(() -> {
            String endpoint = "?endpoint=http://s3.eu-west-1.amazonaws.com";
            try (ObjectStore store = open("s3://bucket/app" + endpoint);
                    ObjectStore dotted = open("s3://my.bucket/app" + endpoint)) {
                store.put("key", ObjectSource.of("hello".getBytes(UTF_8)), PutOptions.NONE);
                store.open(ObjectRead.whole("key")).close();
                dotted.stat("key");
            }
        });

        Request put = server.requests().get(0);
        assertThat(put.target()).isEqualTo("http://bucket.s3.eu-west-1.amazonaws.com/app/key");
        assertThat(put.header("x-amz-sdk-checksum-algorithm")).contains("CRC32");
        assertThat(put.header("Authorization").orElse("")).contains("/eu-west-1/s3/");
        assertThat(server.requests().get(2).header("x-amz-te"))
                .as("no trailing checksum, which a range would not have")
                .isEmpty();
        assertThat(server.lastRequest().target()).isEqualTo("http://s3.eu-west-1.amazonaws.com/my.bucket/app/key");
    }

    @Test
    void optionsWinOverWhatIsKnownOfTheProvider() throws Exception {
        throughProxy(() -> {
            try (ObjectStore store = open("s3://bucket/app?endpoint=http://minio.example.org&forcePathStyle=false"
                            + "&region=mars-1&checksums=true");
                    ObjectStore without =
                            open("s3://bucket/app?endpoint=http://minio.example.org&require-content-md5=no")) {
                store.put("key", ObjectSource.of("hello".getBytes(UTF_8)), PutOptions.NONE);
                without.delete(List.of("a"));
            }
        });

        Request put = server.requests().get(0);
        assertThat(put.target()).isEqualTo("http://bucket.minio.example.org/app/key");
        assertThat(put.header("Authorization").orElse("")).contains("/mars-1/s3/");
        assertThat(put.header("x-amz-sdk-checksum-algorithm")).contains("CRC32");
        assertThat(server.lastRequest().header("Content-MD5")).isEmpty();
    }

    @Test
    void payloadsAreSignedOverTlsUnlessToldOtherwise(@TempDir Path folder) throws Exception {
        try (RecordingServer tls = RecordingServer.startWithTls(folder)) {
            String url = "s3://bucket/app?skipVerify=true&endpoint=" + tls.uri();
            for (String more : List.of("", "&signPayload=false")) {
                try (ObjectStore store = open(url + more)) {
                    store.put("key", ObjectSource.of("hello".getBytes(UTF_8)), PutOptions.NONE);
                }
            }
            assertThat(tls.requests().get(0).header("x-amz-content-sha256").orElse(""))
                    .matches("[0-9a-f]{64}");
            assertThat(tls.requests().get(2).header("x-amz-content-sha256")).contains("UNSIGNED-PAYLOAD");
        }
    }

    @Test
    void keysAreEscapedOnceAndKeepTheirSlashes() throws Exception {
        try (ObjectStore store = open("s3://bucket/a%20b?endpoint=" + server.uri())) {
            store.stat("x+y/%41 ü");
        }
        assertThat(server.onlyRequest().target()).isEqualTo("/bucket/a%20b/x%2By/%2541%20%C3%BC");
    }

    @Test
    void readsOneRangeOfOneVersionByOneRequest() throws Exception {
        server.answer((request, exchange) -> {
            exchange.getResponseHeaders().add("ETag", "\"v1\"");
            exchange.getResponseHeaders().add("Last-Modified", "Tue, 03 Mar 2026 10:00:00 GMT");
            exchange.getResponseHeaders().add("Content-Range", "bytes 10-14/100");
            RecordingServer.send(exchange, 206, "hello");
        });
        try (ObjectStore store = open("s3://bucket/app?endpoint=" + server.uri());
                ObjectStream stream = store.open(new ObjectRead("key", 10, 15, Optional.of("v1")))) {
            assertThat(stream.readAllBytes()).asString(UTF_8).isEqualTo("hello");
            assertThat(stream.info().size()).isEqualTo(100);
        }
        assertThat(server.onlyRequest().header("Range")).contains("bytes=10-14");
        assertThat(server.onlyRequest().header("If-Match")).contains("\"v1\"");
    }

    @Test
    void conditionsAndTimesAreSent() throws Exception {
        try (ObjectStore store = open("s3://bucket/app?endpoint=" + server.uri() + "&storageClass=STANDARD_IA")) {
            store.put(
                    "key",
                    ObjectSource.of(new byte[0]),
                    PutOptions.NONE.ifAbsent().recordedAt(Instant.parse("2026-01-02T03:04:05.006Z")));
            store.put("key", ObjectSource.of(new byte[0]), PutOptions.NONE.ifVersion("v1"));
        }
        Request first = server.requests().get(0);
        assertThat(first.header("If-None-Match")).contains("*");
        assertThat(first.header("x-amz-meta-litestream-timestamp")).contains("2026-01-02T03:04:05.006Z");
        assertThat(first.header("x-amz-storage-class")).contains("STANDARD_IA");
        assertThat(first.header("x-amz-content-sha256")).contains(EMPTY_HASH);
        assertThat(server.requests().get(2).header("If-Match")).contains("\"v1\"");
    }

    @Test
    void customersKeyGoesWithEveryRequestForContent() throws Exception {
        String key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
        try (ObjectStore store = open("s3://bucket/app?endpoint=" + server.uri() + "&sseCustomerKey=" + key)) {
            store.put("small", ObjectSource.of(new byte[10]), PutOptions.NONE);
            store.put("large", ObjectSource.of(new byte[17 << 20]), PutOptions.NONE);
            store.stat("small");
            store.open(ObjectRead.whole("small")).close();
            assertThat(store.location()).doesNotContain(key);
        }
        assertThat(server.requests())
                .extracting(Request::method)
                .containsExactly("PUT", "HEAD", "POST", "PUT", "PUT", "PUT", "POST", "HEAD", "HEAD", "GET");
        for (Request request : server.requests()) {
            assertThat(request.header("x-amz-server-side-encryption-customer-algorithm"))
                    .contains("AES256");
            assertThat(request.header("x-amz-server-side-encryption-customer-key"))
                    .contains(key);
            assertThat(request.header("x-amz-server-side-encryption-customer-key-MD5"))
                    .contains("KYvwGXoFFJ42a2u2GDWhwQ==");
        }
    }

    @Test
    void keyOfTheStoresServiceIsNamedWhenWriting() throws Exception {
        try (ObjectStore store = open("s3://bucket/app?endpoint=" + server.uri() + "&sse-kms-key-id=alias/backup")) {
            store.put("small", ObjectSource.of(new byte[10]), PutOptions.NONE);
        }
        assertThat(server.requests().get(0).header("x-amz-server-side-encryption"))
                .contains("aws:kms");
        assertThat(server.requests().get(0).header("x-amz-server-side-encryption-aws-kms-key-id"))
                .contains("alias/backup");
        assertThat(server.requests().get(1).header("x-amz-server-side-encryption"))
                .isEmpty();
    }

    @Test
    void arnOfAnAccessPointStandsForTheBucketAndNamesTheRegion() throws Exception {
        String arn = "arn:aws:s3:eu-west-1:123456789012:accesspoint/name";
        ReplicaUrl url = ReplicaUrl.parse("s3://" + arn + "/app");
        S3Options options = S3Options.of(url, SETTINGS);
        S3Url place = S3Url.read(url, options, SETTINGS);
        S3Profile profile = S3Profile.read(options, SETTINGS);
        try (var client =
                S3Clients.build(place, options, SETTINGS, profile, S3Credentials.of(options, SETTINGS, profile))) {
            var endpoint =
                    client.utilities().getUrl(object -> object.bucket("bucket").key("app/key"));
            assertThat(endpoint.getHost()).isEqualTo("bucket.s3.eu-west-1.amazonaws.com");
            assertThat(place.isAccessPoint()).isTrue();
            assertThat(place.bucket()).isEqualTo(arn);
        }
    }

    @Test
    void anonymousRequestsAreNotSigned() throws Exception {
        try (ObjectStore store = open("s3://bucket/app?anonymous=true&endpoint=" + server.uri())) {
            store.stat("key");
        }
        assertThat(server.onlyRequest().header("Authorization")).isEmpty();
    }
}
