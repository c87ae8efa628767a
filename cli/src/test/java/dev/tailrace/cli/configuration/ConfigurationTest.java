// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shapes that a configuration has in the versions of Litestream. */
final class ConfigurationTest {

    private static Configuration read(String text, String... environment) {
        Map<String, String> variables = environment.length == 0 ? Map.of() : Map.of(environment[0], environment[1]);
        return Configuration.of(text, "litestream.yml", variables, true);
    }

    private static ReplicaAddress onlyAddress(Configuration configuration) {
        return configuration.databases().get(0).replicas().get(0).address();
    }

    /** One replica of one database, its keys on one line. */
    private static ReplicaAddress address(String keys) {
        return onlyAddress(read("dbs: [{path: /data/app.db, replicas: [{" + keys + "}]}]"));
    }

    @Test
    void isReadInTheFormOfVersion03() {
        Configuration configuration = read("""
                addr: ":9090"
                access-key-id: id
                secret-access-key: secret
                exec: app
                logging: {level: debug, type: text, stderr: true}
                dbs:
                  - path: /data/app.db
                    meta-path: /meta
                    monitor-interval: 1s
                    checkpoint-interval: 1m
                    min-checkpoint-page-count: 1000
                    max-checkpoint-page-count: 10000
                    replicas:
                      - type: file
                        name: near
                        path: /backup/app
                        retention: 24h
                        retention-check-interval: 1h
                        sync-interval: 1s
                        snapshot-interval: 1h
                        validation-interval: 6h
                      - url: s3://bucket/app
                        region: eu-west-1
                        skip-verify: yes
                  - path: /data/none.db
                """);
        assertThat(configuration.warnings()).isEmpty();
        assertThat(configuration.databases())
                .extracting(ConfiguredDatabase::path)
                .containsExactly(Path.of("/data/app.db"), Path.of("/data/none.db"));
        List<ConfiguredReplica> replicas = configuration.databases().get(0).replicas();
        assertThat(replicas).extracting(ConfiguredReplica::name).containsExactly("near", "s3");
        assertThat(replicas.get(0).address().settings()).isEmpty();
        assertThat(replicas.get(0).address().url()).hasToString("file:///backup/app");
        assertThat(replicas.get(1).address().url()).hasToString("s3://bucket/app");
        assertThat(replicas.get(1).address().settings())
                .isEqualTo(Map.of(
                        "access-key-id", "id",
                        "secret-access-key", "secret",
                        "region", "eu-west-1",
                        "skip-verify", "true"));
    }

    @Test
    void isReadInTheFormOfVersion04() {
        Configuration configuration = read("""
                dbs:
                  - path: /data/app.db
                    upstream: {url: "http://host:1", path: /x}
                    monitor-delay-interval: 10ms
                    shadow-retention-count: 32
                    replicas: [{url: "sftp://user@host:2222/app", key-path: /key}]
                """);
        assertThat(configuration.warnings()).isEmpty();
        assertThat(onlyAddress(configuration).url()).hasToString("sftp://user@host:2222/app");
        assertThat(onlyAddress(configuration).settings()).isEqualTo(Map.of("key-path", "/key"));
    }

    @Test
    void isReadInTheFormOfVersion05() {
        Configuration configuration = read("""
                socket: {enabled: true, path: /s, permissions: 0600}
                levels: [{interval: 30s}]
                snapshot: {interval: 24h, retention: 24h}
                validation: {interval: 1m}
                l0-retention: 5m
                l0-retention-check-interval: 15s
                verify-compaction: false
                retention: {enabled: true}
                heartbeat-url: https://host/beat
                heartbeat-interval: 5m
                mcp-addr: ":3001"
                shutdown-sync-timeout: 30s
                shutdown-sync-interval: 500ms
                region: eu-central-1
                endpoint: https://minio:9000
                sse-customer-key: a2V5
                account-name: acc
                bucket: common
                dbs:
                  - path: sqlite:///data/app.db
                    busy-timeout: 1s
                    truncate-page-n: 1
                    max-sync-wal-bytes: 1
                    restore-if-db-not-exists: true
                    snapshot: {interval: 1h}
                    replica:
                      type: s3
                      path: /deep/app
                      sign-payload: false
                      auto-recover: true
                      max-sync-ltx-files: 1
                """);
        assertThat(configuration.warnings()).isEmpty();
        assertThat(configuration.databases().get(0).path()).isEqualTo(Path.of("/data/app.db"));
        assertThat(onlyAddress(configuration).url()).hasToString("s3://common/deep/app");
        assertThat(onlyAddress(configuration).settings())
                .isEqualTo(Map.of(
                        "region", "eu-central-1",
                        "endpoint", "https://minio:9000",
                        "sse-customer-key", "a2V5",
                        "sign-payload", "false"));
    }

    @Test
    void findsDatabaseBelowReplicatedFolder() {
        Configuration configuration = read("""
                dbs:
                  - dir: /data
                    pattern: "*.db"
                    recursive: true
                    watch: true
                    meta-dir: /meta
                    replica: {url: "s3://bucket/all?region=x"}
                  - dir: /data/near
                    replica: {path: /backup}
                """);
        assertThat(configuration.warnings()).isEmpty();
        ConfiguredDatabase far = configuration.database("/data/tenants/1 %.db");
        assertThat(far.path()).isEqualTo(Path.of("/data/tenants/1 %.db"));
        assertThat(far.replicas().get(0).address().url().path()).isEqualTo("/all/tenants/1 %.db");
        assertThat(far.replicas().get(0).address().url().options()).containsEntry("region", "x");
        ConfiguredDatabase near = configuration.database("/data/near/a.db");
        assertThat(near.replicas().get(0).address().url()).hasToString("file:///backup/a.db");
        assertThatThrownBy(() -> configuration.database("/data")).hasMessageContaining("database not found in config");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    path: /backup/a%b                         | file:///backup/a%25b
                    url: "file:///backup/app"                 | file:///backup/app
                    url: "s3://bucket/app"                    | s3://bucket/app
                    url: "s3://bucket.localhost:9000/app"     | s3://bucket.localhost:9000/app
                    url: "s3://bucket.s3.us-west-000.backblazeb2.com/app" | s3://bucket.s3.us-west-000.backblazeb2.com/app
                    url: "gcs://bucket/app"                   | gcs://bucket/app
                    url: "gs://bucket/app"                    | gs://bucket/app
                    type: s3, bucket: b, path: app            | s3://b/app
                    type: s3, bucket: b                       | s3://b/
                    type: s3, bucket: "arn:aws:s3:eu:1:accesspoint/n", path: a?b | s3://arn:aws:s3:eu:1:accesspoint/n/a%3Fb
                    type: gcs, bucket: b, path: app           | gcs://b/app
                    type: gs, bucket: b, path: app            | gcs://b/app
                    type: abs, bucket: c, account-name: a, path: app | abs://c/app
                    url: "abs://other@c/app", account-name: a | abs://c/app
                    type: oss, bucket: b, path: app           | oss://b/app
                    type: sftp, host: "h:22", user: "a/b", path: /app | sftp://a%2Fb@h:22/app
                    type: sftp, host: h, user: u, path: app   | sftp://u@h/~/app
                    type: sftp, host: h, user: u              | sftp://u@h/
                    url: "sftp://u:pl4ntedword@h/app", password: w   | sftp://u@h/app
                    url: "sftp://j@d:pl4ntedword@h/app", password: w | sftp://j@d@h/app
                    url: "sftp://u@h/app", user: v            | sftp://v@h/app
                    url: "sftp://h?x=a@b", user: v            | sftp://v@h?x=a@b
                    url: "s3://b/a?region=x&endpoint=y", region: z | s3://b/a?endpoint=y
                    url: "s3://b/a?forcePathStyle=true&skip_verify=true", force-path-style: false, skip-verify: no | s3://b/a
                    """)
    void becomesAddress(String keys, String url) {
        assertThat(address(keys).url()).hasToString(url);
    }

    @Test
    void keepsThePasswordOfUrlWhereTheUserIsAnother() {
        ReplicaAddress address = address("url: 'sftp://u:pl4ntedword@h/app', user: v");
        assertThat(address.url()).hasToString("sftp://v@h/app");
        assertThat(address.settings()).containsEntry("password", "pl4ntedword").containsEntry("user", "v");
    }

    @Test
    void keepsSettingsOfOtherStoragesAway() {
        Configuration configuration = read("""
                key-path: /home/me/.ssh/id
                region: eu
                account-key: k
                dbs: [{path: /a.db, replicas: [{url: "gs://b/a"}, {url: "abs://acc@c/a"}, {path: /backup}]}]
                """);
        List<ConfiguredReplica> replicas = configuration.databases().get(0).replicas();
        assertThat(replicas.get(0).address().settings()).isEmpty();
        assertThat(replicas.get(1).address().settings()).isEqualTo(Map.of("account-key", "k"));
        assertThat(replicas.get(2).address().settings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    type: xyz                                 | unknown replica type in config: "xyz"
                    url: "xyz://bucket/app"                   | unknown replica type in config: "xyz"
                    path: "s3://bucket/app"                   | replica path cannot be a url, please use the 'url' field instead: s3://bucket/app
                    path: "sftp://u:pl4ntedword@h/a"                 | use the 'url' field instead: sftp://u:***@h/a
                    type: file                                | file replica path required
                    type: s3                                  | bucket required for s3 replica
                    type: gs                                  | bucket required for gcs replica
                    type: abs                                 | bucket required for abs replica
                    type: sftp                                | host required for sftp replica
                    type: sftp, host: h                       | user required for sftp replica
                    type: webdav, path: /a                    | needs its "url"
                    url: "s3://b/a", path: /x                 | cannot specify url & path for s3 replica
                    url: "s3://b/a", bucket: x                | cannot specify url & bucket for s3 replica
                    url: "sftp://u@h/a", host: x              | cannot specify url & host for sftp replica
                    url: "file:///a", path: x                 | cannot specify url & path for file replica
                    url: "bucket/app"                         | replica url scheme required
                    url: "s3://b", force-path-style: perhaps  | "force-path-style" must be true or false
                    """)
    void refusesReplicaThatCannotBeFound(String keys, String message) {
        assertThatThrownBy(() -> address(keys))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"''", "~", "null", "", "\"\""})
    void takesEmptyValuesAsNotSet(String value) {
        Configuration configuration = read("dbs:\n- path: /a.db\n  replicas:\n  - name: " + value
                + "\n    url: s3://b/a\n    region: " + value + "\n");
        assertThat(configuration.databases().get(0).replicas().get(0).name()).isEqualTo("s3");
        assertThat(onlyAddress(configuration).settings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "---\n", "dbs:\n", "dbs: []\n", "~"})
    void mayBeEmpty(String text) {
        Configuration configuration = read(text);
        assertThat(configuration.databases()).isEmpty();
        assertThatThrownBy(() -> configuration.database("/a.db"))
                .hasMessageContaining("database not found in config: /a.db; litestream.yml names none");
    }

    @Test
    void saysWhatItNamesWhereADatabaseIsNotFound() {
        assertThatThrownBy(() -> read("dbs: [{path: /a.db}, {path: /b.db}]").database("/c.db"))
                .hasMessage("database not found in config: /c.db; litestream.yml names /a.db, /b.db");
        assertThatThrownBy(() -> read("dbs: [{path: /a.db}]").database("/a.db"))
                .hasMessage("database has no replicas: /a.db, in litestream.yml");
    }

    @Test
    void findsDatabaseHoweverItsPathIsWritten() {
        Configuration configuration = read("dbs: [{path: ~/x/../app.db, replicas: [{path: ~/backup}]}]");
        String home = System.getProperty("user.home");
        for (String path :
                new String[] {"~/app.db", home + "/app.db", home + "/./y/../app.db", "sqlite3://" + home + "/app.db"}) {
            assertThat(configuration.database(path).path()).isEqualTo(Path.of(home, "app.db"));
        }
        assertThat(onlyAddress(configuration).url()).hasToString("file://" + home + "/backup");
        assertThat(read("dbs: [{path: app.db, replicas: [{path: b}]}]")
                        .database("app.db")
                        .path())
                .isEqualTo(Path.of("app.db").toAbsolutePath());
    }

    @Test
    void warnsOfUnknownKeysOnce() {
        Configuration configuration = read("""
                adr: x
                dbs:
                  - path: /a.db
                    replica-s: x
                    replicas:
                      - path: /a
                        regoin: x
                  - path: /b.db
                    replicas:
                      - path: /b
                        regoin: x
                """);
        assertThat(configuration.warnings())
                .containsExactly("keys that no version of Litestream knows are ignored: \"adr\" (litestream.yml:1),"
                        + " \"replica-s\" (litestream.yml:4), \"regoin\" (litestream.yml:7)");
    }

    @Test
    void recognisesEncryptedReplicas() {
        Configuration configuration = read("""
                dbs:
                  - path: /a.db
                    replicas:
                      - {path: /a, age: {identities: [AGE-SECRET-KEY-1X], recipients: [age1x]}}
                      - {path: /b, age: {recipients: age1x}}
                      - {path: /c, age: {identities: [], recipients: }}
                      - {path: /d, age: }
                """);
        assertThat(configuration.databases().get(0).replicas())
                .extracting(ConfiguredReplica::encrypted)
                .containsExactly(true, true, false, false);
    }

    @Test
    void putsVariablesInAfterTheYamlIsRead() {
        String tricky = "a: \"b' # {c}\n- d\\";
        assertThat(onlyAddress(read("""
                                dbs:
                                  - path: /a.db # $COMMENT ${COMMENT}
                                    replicas: [{url: s3://b/a, secret-access-key: ${SECRET}, access-key-id: "${SECRET}"}]
                                """, "SECRET", tricky)).settings())
                .isEqualTo(Map.of("secret-access-key", tricky, "access-key-id", tricky));
    }

    @Test
    void warnsOfVariablesThatAreNotSetWithoutTellingPiecesOfSecrets() {
        Configuration configuration = read("""
                dbs:
                  - path: /a.db
                    replicas:
                      - type: s3
                        bucket: $BUCKET
                        secret-access-key: half$otherhalf
                """);
        assertThat(configuration.warnings())
                .containsExactly(
                        "litestream.yml:6: a variable is not set, and stands for nothing",
                        "litestream.yml:5: variable $BUCKET is not set, and stands for nothing");
    }

    @Test
    void letsManyDatabasesShareAnAnchor() {
        StringBuilder text = new StringBuilder("x-common: &common {type: s3, bucket: b}\ndbs:\n");
        for (int i = 0; i < 2_000; i++) {
            text.append("  - {path: /" + i + ".db, replicas: [{<<: *common, path: " + i + "}]}\n");
        }
        assertThat(read(text.toString())
                        .database("/1999.db")
                        .replicas()
                        .get(0)
                        .address()
                        .url())
                .hasToString("s3://b/1999");
    }

    @Test
    void mergesWhatAnchorsShare() {
        Configuration configuration = read("""
                x-common: &common {type: s3, bucket: b, region: eu}
                dbs:
                  - path: /a.db
                    replicas: [{<<: *common, path: a, region: us}]
                  - path: /b.db
                    replicas: [{<<: [*common, {path: b, region: x}]}]
                """);
        assertThat(onlyAddress(configuration).url()).hasToString("s3://b/a");
        assertThat(onlyAddress(configuration).settings()).isEqualTo(Map.of("region", "us"));
        ReplicaAddress second =
                configuration.database("/b.db").replicas().get(0).address();
        assertThat(second.url()).hasToString("s3://b/b");
        assertThat(second.settings()).isEqualTo(Map.of("region", "eu"));
    }

    @Test
    void hidesItsSecrets() {
        Configuration configuration = read("""
                access-key-id: topid
                dbs:
                  - path: /a.db
                    replicas:
                      - {url: "sftp://u:urlword@h/a", password: word}
                      - {url: "s3://b/a?sse-customer-key=optionkey&region=eu"}
                      - {url: "abs://a@c/a", account-key: acckey, sas-token: sastoken}
                """);
        assertThat(configuration.secrets()).contains("topid", "word", "urlword", "acckey", "sastoken", "optionkey");
        for (ConfiguredReplica replica : configuration.databases().get(0).replicas()) {
            assertThat(replica.toString() + replica.address())
                    .doesNotContain("word@", "urlword", "optionkey", "acckey", "sastoken", "topid");
        }
    }
}
