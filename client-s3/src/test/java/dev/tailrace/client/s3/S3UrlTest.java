// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProviders;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3UrlTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "s3://bucket/path, bucket, path/, -, -, Amazon S3",
                "s3://bucket, bucket, '', -, -, Amazon S3",
                "s3://bucket/, bucket, '', -, -, Amazon S3",
                "S3://bucket/a//b/./c/../d/, bucket, a/b/d/, -, -, Amazon S3",
                "s3://bucket/../.., bucket, '', -, -, Amazon S3",
                "s3://bucket/with%20space/%C3%BC, bucket, with space/ü/, -, -, Amazon S3",
                "s3://bucket_with_underscore/p, bucket_with_underscore, p/, -, -, Amazon S3",
                "s3://my.bucket.com/p, my.bucket.com, p/, -, -, Amazon S3",
                "s3://bucket/p?region=eu-west-1, bucket, p/, -, eu-west-1, Amazon S3",
                "s3://bucket.s3.amazonaws.com/p, bucket, p/, -, us-east-1, Amazon S3",
                "s3://bucket.s3.eu-central-1.amazonaws.com/p, bucket, p/, -, eu-central-1, Amazon S3",
                "s3://bucket.s3-eu-west-1.amazonaws.com/p, bucket, p/, -, eu-west-1, Amazon S3",
                "s3://my.dotted.bucket.s3.eu-west-1.amazonaws.com/p, my.dotted.bucket, p/, -, eu-west-1, Amazon S3",
                "s3://bucket.s3.cn-north-1.amazonaws.com.cn/p, bucket, p/, -, cn-north-1, Amazon S3",
                "s3://s3.eu-west-1.amazonaws.com/bucket/p, bucket, p/, -, eu-west-1, Amazon S3",
                "s3://bucket.localhost/p, bucket, p/, http://localhost:9000, us-east-1, S3-compatible store",
                "s3://bucket.localhost:9001/p, bucket, p/, http://localhost:9001, us-east-1, S3-compatible store",
                "s3://bucket.minio.example.org:9000/p, bucket, p/, https://minio.example.org:9000, us-east-1, S3-compatible store",
                "s3://minio:9000/bucket/p, bucket, p/, http://minio:9000, us-east-1, S3-compatible store",
                "s3://127.0.0.1:9000/bucket/p, bucket, p/, http://127.0.0.1:9000, us-east-1, S3-compatible store",
                "s3://bucket.s3.us-west-004.backblazeb2.com/p, bucket, p/, https://s3.us-west-004.backblazeb2.com, us-west-004, Backblaze B2",
                "s3://space.nyc3.digitaloceanspaces.com/p, space, p/, https://nyc3.digitaloceanspaces.com, nyc3, DigitalOcean Spaces",
                "s3://bucket.eu-central-1.linodeobjects.com/p, bucket, p/, https://eu-central-1.linodeobjects.com, eu-central-1, Linode",
                "s3://bucket.s3.filebase.com/p, bucket, p/, https://s3.filebase.com, us-east-1, Filebase",
                "s3://bucket.s3.nl-ams.scw.cloud/p, bucket, p/, https://s3.nl-ams.scw.cloud, nl-ams, Scaleway",
                "s3://bucket.fsn1.your-objectstorage.com/p, bucket, p/, https://fsn1.your-objectstorage.com, fsn1, Hetzner",
                "s3://bucket.s3.eu-central-2.wasabisys.com/p, bucket, p/, https://s3.eu-central-2.wasabisys.com, eu-central-2, Wasabi",
                "s3://bucket.0a1b2c.r2.cloudflarestorage.com/p, bucket, p/, https://0a1b2c.r2.cloudflarestorage.com, auto, Cloudflare R2",
                "s3://bucket/p?endpoint=localhost:9000, bucket, p/, http://localhost:9000, us-east-1, S3-compatible store",
                "s3://bucket/p?endpoint=10.1.2.3:9000, bucket, p/, http://10.1.2.3:9000, us-east-1, S3-compatible store",
                "s3://bucket/p?endpoint=nas.local, bucket, p/, http://nas.local, us-east-1, S3-compatible store",
                "s3://bucket/p?endpoint=s3.example.org, bucket, p/, https://s3.example.org, us-east-1, S3-compatible store",
                "s3://bucket/p?endpoint=http://s3.example.org&region=x-1, bucket, p/, http://s3.example.org, x-1, S3-compatible store",
                "s3://bucket/p?endpoint=https://0a1b2c.r2.cloudflarestorage.com, bucket, p/, https://0a1b2c.r2.cloudflarestorage.com, auto, Cloudflare R2",
                "s3://bucket/p?endpoint=https://fly.storage.tigris.dev, bucket, p/, https://fly.storage.tigris.dev, auto, Tigris",
                "s3://bucket/p?endpoint=t3.storage.dev, bucket, p/, https://t3.storage.dev, auto, Tigris",
                "s3://bucket/p?endpoint=https://ref.supabase.co/storage/v1/s3, bucket, p/, https://ref.supabase.co/storage/v1/s3, us-east-1, Supabase",
                "s3://bucket/p?endpoint=https://storage.googleapis.com, bucket, p/, https://storage.googleapis.com, auto, Google Cloud Storage",
                "s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/name, arn:aws:s3:eu-west-1:123456789012:accesspoint/name, '', -, eu-west-1, Amazon S3",
                "s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/name/p/q, arn:aws:s3:eu-west-1:123456789012:accesspoint/name, p/q/, -, eu-west-1, Amazon S3",
                "s3://arn:aws:s3:eu-west-1:123456789012:accesspoint:name/p, arn:aws:s3:eu-west-1:123456789012:accesspoint:name, p/, -, eu-west-1, Amazon S3",
            })
    void understandsWhatUsersWrite(
            String url, String bucket, String prefix, String endpoint, String region, String provider) {
        S3Url read = read(url, StoreSettings.defaults().withEnvironment(Map.of()));

        assertThat(read.bucket()).isEqualTo(bucket);
        assertThat(read.prefix()).isEqualTo(prefix);
        assertThat(read.endpoint().map(Object::toString).orElse(null)).isEqualTo(endpoint);
        assertThat(read.region().orElse(null)).isEqualTo(region);
        assertThat(read.provider().name()).isEqualTo(provider);
        assertThat(read.understood()).contains(bucket);
    }

    @Test
    void saysWhatItUnderstood() {
        StoreSettings settings = StoreSettings.defaults().withEnvironment(Map.of());
        assertThat(read("s3://bucket.localhost:9000/a/b", settings).understood())
                .isEqualTo("bucket bucket, path a/b at http://localhost:9000, region us-east-1");
        assertThat(read("s3://bucket", settings).understood()).isEqualTo("bucket bucket at Amazon S3");
    }

    @Test
    void settingsAndEnvironmentFillWhatTheUrlLeavesOpen() {
        StoreSettings settings = StoreSettings.defaults()
                .withEnvironment(Map.of(
                        "AWS_REGION",
                        "eu-north-1",
                        "AWS_ENDPOINT_URL",
                        "http://general:1",
                        "LITESTREAM_S3_ENDPOINT",
                        "http://litestream:1"));
        S3Url read = read("s3://bucket/p", settings);
        assertThat(read.endpoint()).hasToString("Optional[http://litestream:1]");
        assertThat(read.region()).contains("eu-north-1");

        S3Url set = read("s3://bucket/p", settings.with("endpoint", "set:2").with("region", "r-2"));
        assertThat(set.endpoint()).hasToString("Optional[http://set:2]");
        assertThat(set.region()).contains("r-2");

        S3Url written = read("s3://bucket/p?endpoint=written:3&region=r-3", settings.with("endpoint", "set:2"));
        assertThat(written.endpoint()).hasToString("Optional[http://written:3]");
        assertThat(written.region()).contains("r-3");

        assertThat(read("s3://bucket.s3.eu-west-1.amazonaws.com/p", settings).endpoint())
                .as("the host says that it is Amazon's")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"forcePathStyle=true", "force-path-style=1", "force_path_style=yes", "FORCEPATHSTYLE=T"})
    void optionsMayBeWrittenInManyWays(String option) {
        ReplicaUrl url = ReplicaUrl.parse("s3://bucket/p?" + option);
        assertThat(S3Options.of(url, StoreSettings.defaults()).flag("force-path-style"))
                .contains(true);
    }

    @ParameterizedTest
    @CsvSource({"8388608, 8388608", "8MiB, 8388608", "8MB, 8000000", "5m, 5000000", "1GiB, 1073741824", "64KiB, 65536"})
    void sizesMayHaveUnits(String text, long bytes) {
        S3Options options = S3Options.of(
                ReplicaUrl.parse("s3://bucket"), StoreSettings.defaults().with("part-size", text));
        assertThat(options.bytes("part-size")).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://AKIDEXAMPLE:pl4ntedkey/part@bucket/db",
                "s3://AKIDEXAMPLE:pl4ntedkey@bucket/db",
                "s3://AKIDEXAMPLE@bucket/db",
                "s3://bucket/db?accessKeyId=AKIDEXAMPLE&secretAccessKey=pl4ntedkey",
                "s3://bucket/db?secret-access-key=pl4ntedkey"
            })
    void refusesCredentialsWithAHintAndWithoutRepeatingThem(String url) {
        assertThatThrownBy(() -> read(url, StoreSettings.defaults()))
                .isInstanceOf(ReplicaUrlException.class)
                .hasMessageContaining("AWS_ACCESS_KEY_ID")
                .hasMessageNotContaining("pl4ntedkey")
                .hasMessageNotContaining("AKIDEXAMPLE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s3://|bucket required",
                "s3:///path|bucket required",
                "s3:bucket|bucket required",
                "s3://minio:9000/|bucket required",
                "s3://arn:aws:s3:eu-west-1:123456789012:accesspoint|no access point",
                "s3://arn:aws:sqs:eu-west-1:123456789012:queue|no access point",
                "s3://bucket?colour=red|no option colour",
                "s3://bucket?region=a&Region=b|given twice",
                "s3://bucket?endpoint=ftp://host|no address of a server",
                "s3://bucket?endpoint=https://user:pl4ntedkey@host|a user",
                "s3://bucket?endpoint=pl4ntedkey pl4ntedkey|no address of a server",
                "s3://bucket?partSize=1MiB|5 MiB",
                "s3://bucket?partSize=big|no size",
                "s3://bucket?skipVerify=maybe|neither true nor false",
                "s3://bucket?sseCustomerKey=c2Vrcml0|32 bytes",
                "s3://bucket?sseCustomerKeyPath=/no/such/file|cannot read the file",
                "s3://b?sseKmsKeyId=k&sseCustomerKey=c2Vrcml0c2Vrcml0c2Vrcml0c2Vrcml0c2Vrcml0c2U=|exclude each other",
                "s3://b?endpoint=http://far.example.org&sseCustomerKey=c2Vrcml0c2Vrcml0c2Vrcml0c2Vrcml0c2Vrcml0c2U=|open line",
            })
    void refusesWhatCannotBeMeant(String url, String words) {
        StoreSettings settings = StoreSettings.defaults()
                .withEnvironment(Map.of("AWS_ACCESS_KEY_ID", "AKID", "AWS_SECRET_ACCESS_KEY", "pl4ntedkey"));
        assertThatThrownBy(() -> new S3ObjectStoreProvider().open(ReplicaUrl.parse(url), settings))
                .isInstanceOf(ReplicaUrlException.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining("c2Vrcml0");
    }

    @Test
    void providerIsFoundByItsSchemeAndAsksNobodyBeforeTheFirstUse() throws IOException {
        StoreSettings settings = StoreSettings.defaults().withEnvironment(Map.of());
        try (ObjectStore store = ObjectStoreProviders.installed()
                .forScheme("s3")
                .open(ReplicaUrl.parse("s3://bucket/app?endpoint=127.0.0.1:1"), settings)) {
            assertThat(store.location()).isEqualTo("s3://bucket/app?endpoint=127.0.0.1:1");
        }
    }

    private static S3Url read(String text, StoreSettings settings) {
        ReplicaUrl url = ReplicaUrl.parse(text);
        return S3Url.read(url, S3Options.of(url, settings), settings);
    }
}
