// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GcsUrlTest {

    private static final StoreSettings NOTHING_SET = StoreSettings.defaults().withEnvironment(Map.of());

    private static GcsUrl read(String text, StoreSettings settings) {
        ReplicaUrl url = ReplicaUrl.parse(text);
        return GcsUrl.read(url, GcsOptions.of(url, settings), settings);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "gs://my-bucket,                                  bucket my-bucket at Google Cloud Storage",
                "gs://my-bucket/,                                 bucket my-bucket at Google Cloud Storage",
                "gs://my-bucket/app,                              'bucket my-bucket, path app at Google Cloud Storage'",
                "gcs://my-bucket/app/,                            'bucket my-bucket, path app at Google Cloud Storage'",
                "GS://my-bucket//a//b/../c/./d/,                  'bucket my-bucket, path a/c/d at Google Cloud Storage'",
                "gs://files.example.com/app,                      'bucket files.example.com, path app at Google Cloud Storage'",
                "gs://my_bucket/a%20b,                            'bucket my_bucket, path a b at Google Cloud Storage'",
                "gs://bkt?endpoint=localhost:4443,                bucket bkt at http://localhost:4443",
                "gs://bkt?endpoint=10.1.2.3,                      bucket bkt at http://10.1.2.3",
                "gs://bkt?endpoint=fake:80,                       bucket bkt at http://fake:80",
                "gs://bkt?endpoint=store.example,                 bucket bkt at https://store.example",
                "gs://bkt?endpoint=https://fake:4443/storage/v1/, bucket bkt at https://fake:4443",
                "gs://bkt?endpoint=http://fake:4443/,             bucket bkt at http://fake:4443",
                "gs://bkt?endpoint=[::1]:4443,                    'bucket bkt at http://[::1]:4443'",
                "gs://bkt?anonymous=true&keyPath=k.json,          bucket bkt at Google Cloud Storage",
                "gs://bkt?key_path=k.json,                        bucket bkt at Google Cloud Storage",
            })
    void isRead(String text, String understood) {
        assertThat(read(text, NOTHING_SET).understood()).isEqualTo(understood);
    }

    @ParameterizedTest
    @CsvSource({
        "gs:,                                bucket required",
        "gs:///app,                          bucket required",
        "gs://b,                             cannot be the name of a bucket",
        "gs://My-Bucket/app,                 cannot be the name of a bucket",
        "gs://a%2Fb%3Fc/app,                 cannot be the name of a bucket",
        "gs://bucket:443/app,                a bucket has no port",
        "gs://bucket?region=eu,              'no option region'",
        "gs://bucket?endpoint=,              ''",
        "gs://bucket?endpoint=ftp://host,    endpoint is no address",
        "gs://bucket?endpoint=https://h/x,   'endpoint holds a user, a path'",
        "gs://bucket?endpoint=https://u@h,   'endpoint holds a user, a path'",
        "gs://bucket?keyPath=a&key-path=b,   given twice",
        "gs://bucket?anonymous=perhaps,      neither true nor false",
    })
    void isRefusedWithWhatToWrite(String text, String says) {
        if (says.isEmpty()) {
            assertThat(read(text, NOTHING_SET).endpoint()).isEmpty();
            return;
        }
        assertThatThrownBy(() -> {
                    ReplicaUrl url = ReplicaUrl.parse(text);
                    GcsOptions options = GcsOptions.of(url, NOTHING_SET);
                    GcsUrl.read(url, options, NOTHING_SET);
                    options.flag("anonymous");
                })
                .isInstanceOf(ReplicaUrlException.class)
                .hasMessageContaining(says);
    }

    @ParameterizedTest
    @CsvSource({
        "gs://ya29.pl4nted@bucket/app",
        "gs://user:ya29.pl4nted@bucket/app",
        "gs://user:ya29.pl4nted/x@bucket/app"
    })
    void credentialsInAUrlAreRefusedAndNotRepeated(String text) {
        assertThatThrownBy(() -> read(text, NOTHING_SET))
                .isInstanceOf(ReplicaUrlException.class)
                .hasMessageContaining("GOOGLE_APPLICATION_CREDENTIALS")
                .hasMessageNotContaining("ya29");
    }

    @Test
    void emulatorOfTheEnvironmentIsTheEndpointUnlessTheUrlNamesOne() {
        StoreSettings emulator = NOTHING_SET.withEnvironment(Map.of("STORAGE_EMULATOR_HOST", "localhost:9023"));
        assertThat(read("gs://bucket/app", emulator).understood())
                .isEqualTo("bucket bucket, path app at http://localhost:9023");
        assertThat(read("gs://bucket/app?endpoint=store.example", emulator).understood())
                .isEqualTo("bucket bucket, path app at https://store.example");
    }

    @Test
    void endpointOfTheSettingsIsUsedUnlessTheUrlNamesOne() {
        StoreSettings settings = NOTHING_SET.with("endpoint", "fake:4443");
        assertThat(read("gs://bucket", settings).understood()).endsWith(" at http://fake:4443");
        assertThat(read("gs://bucket?endpoint=other", settings).understood()).endsWith(" at http://other");
    }
}
