// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What Litestream's own tests ask of replica names and of its configuration, by their peer numbers 102 and 103. Hosts of S3
 * URLs are taken apart by the backend; here it matters that they reach it unchanged.
 */
final class PeerConfigurationTest {

    @TempDir
    Path folder;

    private Configuration read(String text, Map<String, String> environment, boolean expand) throws Exception {
        return Configuration.read(Files.writeString(folder.resolve("litestream.yml"), text), environment, expand);
    }

    private ConfiguredReplica replica(String keys) throws Exception {
        return read("dbs: [{path: /db, replicas: [{" + keys + "}]}]", Map.of(), true)
                .databases()
                .get(0)
                .replicas()
                .get(0);
    }

    @ParameterizedTest
    @CsvSource({"'path: /x', file", "'url: s3://b/x', s3", "'name: near, url: s3://b/x', near", "'type: abs', abs"})
    void peer102ReplicaNameFallsBackToItsType(String keys, String name) throws Exception {
        assertThat(replica(keys).name()).isEqualTo(name);
    }

    @Test
    void peer103GlobalKeysReachEveryReplicaThatHasNone() throws Exception {
        Configuration configuration = read("""
                access-key-id: XXX
                secret-access-key: YYY
                dbs:
                  - path: /path/to/db
                    replicas:
                      - url: s3://foo/bar
                      - {url: s3://foo/baz, access-key-id: ZZZ}
                """, Map.of(), true);
        assertThat(configuration.databases().get(0).replicas())
                .extracting(each -> each.address().settings().get("access-key-id") + " "
                        + each.address().settings().get("secret-access-key"))
                .containsExactly("XXX YYY", "ZZZ YYY");
    }

    @Test
    void peer103VariablesAreExpandedUnlessTurnedOff() throws Exception {
        String text = """
                dbs:
                  - path: $TEST_0
                    replicas: [{url: "${TEST_1}"}, {url: "${TEST_2}"}]
                """;
        Map<String, String> environment = Map.of("TEST_0", "/path/to/db", "TEST_1", "s3://foo/bar", "TEST_2", "gs://b");
        ConfiguredDatabase expanded = read(text, environment, true).databases().get(0);
        assertThat(expanded.path()).isEqualTo(Path.of("/path/to/db"));
        assertThat(expanded.replicas())
                .extracting(each -> each.address().url().toString())
                .containsExactly("s3://foo/bar", "gs://b");
        ConfiguredDatabase literal = read(text, environment, false).databases().get(0);
        assertThat(literal.path()).isEqualTo(Path.of("$TEST_0").toAbsolutePath());
    }

    @ParameterizedTest
    @CsvSource({
        "path: /foo, file:///foo",
        "url: 's3://foo/bar', s3://foo/bar",
        "url: 's3://foo.localhost:9000/bar', s3://foo.localhost:9000/bar",
        "url: 's3://foo.s3.us-west-000.backblazeb2.com/bar', s3://foo.s3.us-west-000.backblazeb2.com/bar",
        "url: 'gcs://foo/bar', gcs://foo/bar"
    })
    void peer103ReplicaIsWhereItsPathOrUrlSays(String keys, String url) throws Exception {
        assertThat(replica(keys).address().url()).hasToString(url);
    }
}
