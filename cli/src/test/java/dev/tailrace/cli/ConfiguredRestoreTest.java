// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restore of a database that the configuration names. */
final class ConfiguredRestoreTest {

    private static final String NEW_TAKEN =
            "taking replica new (s3://new/app), whose newest object is of 2026-01-02T00:00:00Z\n";
    private static final String OLD_TAKEN =
            "taking replica old (s3://old/app), whose newest object is of 2026-01-01T00:00:00Z\n";

    @TempDir
    Path folder;

    private Path config;
    private Path database;

    /** What each replica would bring back, or fails with, by its host; the library's part is played. */
    private final Map<String, Instant> newest = new HashMap<>();

    private final Map<String, IOException> failsToPlan = new HashMap<>();
    private final Map<String, IOException> failsToRestore = new HashMap<>();
    private final List<String> restored = new ArrayList<>();

    private final RecordingRestore recording = new RecordingRestore((options, plan) -> {});

    private final ReplicaRestore restore = new ReplicaRestore() {

        @Override
        public Prospect plan(ReplicaUrl replica, StoreSettings settings, RestoreOptions options) throws IOException {
            return recording.plan(replica, settings, options);
        }

        @Override
        public Instant newestState(ReplicaUrl replica, StoreSettings settings, RestoreOptions options)
                throws IOException {
            if (failsToPlan.containsKey(replica.host())) {
                throw failsToPlan.get(replica.host());
            }
            return newest.getOrDefault(replica.host(), Instant.EPOCH);
        }

        @Override
        public Restored restore(ReplicaUrl replica, StoreSettings settings, RestoreOptions options, Path path)
                throws IOException {
            restored.add(replica.host());
            if (failsToRestore.containsKey(replica.host())) {
                throw failsToRestore.get(replica.host());
            }
            return recording.restore(replica, settings, options, path);
        }
    };

    @BeforeEach
    void nameTwoReplicas() throws IOException {
        database = folder.resolve("app.db");
        config = write("""
                access-key-id: KEYID
                secret-access-key: $SECRET
                dbs:
                  - path: DB
                    replicas:
                      - {name: old, url: "s3://old/app"}
                      - {name: new, url: "s3://new/app", region: eu}
                """);
        newest.put("old", Instant.parse("2026-01-01T00:00:00Z"));
        newest.put("new", Instant.parse("2026-01-02T00:00:00Z"));
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("c.yml"), text.replace("DB", database.toString()));
    }

    private CommandRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(1, config.toString());
        all.add(1, "-config");
        return CommandRun.with(restore, Map.of("SECRET", "pl4ntedkey"), all.toArray(String[]::new));
    }

    @Test
    void takesTheReplicaWithTheNewestState() {
        CommandRun run = run("restore", database.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEqualTo(NEW_TAKEN);
        assertThat(restored).containsExactly("new");
        assertThat(recording.database).isEqualTo(database);
        assertThat(recording.settings.value("secret-access-key")).hasValue("pl4ntedkey");
        assertThat(recording.settings.value("region")).hasValue("eu");
        assertThat(recording.settings.environment("SECRET")).hasValue("pl4ntedkey");
    }

    @Test
    void takesTheReplicaThatIsNamed() {
        assertThat(run("restore", "-replica", "old", database.toString()).exitCode())
                .isZero();
        assertThat(restored).containsExactly("old");
    }

    @Test
    void restoresElsewhere() {
        assertThat(run("restore", "-o", "x.db", database.toString()).exitCode()).isZero();
        assertThat(recording.database).hasToString("x.db");
    }

    @Test
    void findsTheConfigurationByTheEnvironment() {
        CommandRun run = CommandRun.with(
                restore, Map.of("LITESTREAM_CONFIG", config.toString(), "SECRET", "x"), "restore", database.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(restored).containsExactly("new");
    }

    @Test
    void leavesVariablesWhereItIsTold() {
        CommandRun run = run("restore", "-no-expand-env", database.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEqualTo(NEW_TAKEN);
        assertThat(recording.settings.value("secret-access-key")).hasValue("$SECRET");
    }

    @Test
    void passesOverReplicaThatCannotBePlanned() {
        failsToPlan.put("new", new StoreUnavailableException("new is down, pl4ntedkey", "s3://new/app", null));
        CommandRun run = run("restore", database.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEqualTo("warning: replica new is passed over: new is down, ***\n" + OLD_TAKEN);
        assertThat(restored).containsExactly("old");
    }

    @Test
    void passesOverReplicaThatTurnsOutToBeBroken() {
        failsToRestore.put("new", new StoreUnavailableException("new is gone", "s3://new/app", null));
        CommandRun run = run("restore", database.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEqualTo(NEW_TAKEN + "warning: replica new is passed over: new is gone\n" + OLD_TAKEN);
        assertThat(restored).containsExactly("new", "old");
    }

    @Test
    void triesNoOtherReplicaWhereTheTargetIsTheTrouble() {
        failsToRestore.put("new", new RestoreTargetException("output path already exists: x", null));
        CommandRun run = run("restore", database.toString());
        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(restored).containsExactly("new");
    }

    @Test
    void isEmptyOnlyIfAllReplicasAre() {
        failsToPlan.put("old", new EmptyReplicaException("no matching backups found in old", "s3://old/app"));
        failsToPlan.put("new", new StoreUnavailableException("new is down", "s3://new/app", null));
        CommandRun run = run("restore", "-if-replica-exists", database.toString());
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.err()).isEqualTo("""
                        warning: replica old is passed over: no matching backups found in old
                        tailrace: new is down
                        """);
        failsToPlan.put("new", new EmptyReplicaException("no matching backups found in new", "s3://new/app"));
        assertThat(run("restore", database.toString()).exitCode()).isEqualTo(3);
        assertThat(run("restore", "-if-replica-exists", database.toString()).exitCode())
                .isZero();
    }

    @Test
    void plansTheReplicaItWouldRestore() {
        CommandRun run = run("restore", "-dry-run", "-json", database.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(JsonParser.parseString(run.out())
                        .getAsJsonObject()
                        .get("replica")
                        .getAsString())
                .isEqualTo("s3://new/app");
    }

    @Test
    void refusesEncryptedReplicaInPlainWords() throws IOException {
        write("dbs: [{path: DB, replicas: [{url: 's3://new/app', age: {identities: [AGE-SECRET-KEY-1]}}]}]");
        CommandRun run = run("restore", database.toString());
        assertThat(run.exitCode()).isEqualTo(7);
        assertThat(run.err())
                .contains("is encrypted with age, which this version cannot read")
                .doesNotContain("AGE-SECRET");
        assertThat(restored).isEmpty();
    }

    @Test
    void passesOverWhatCannotBeReadOrIsNotSaidRight() throws IOException {
        write("""
                dbs:
                  - path: DB
                    replicas:
                      - {url: "s3://new/app", age: {recipients: [age1x]}}
                      - {name: mistake, type: xyz}
                      - {name: good, url: "s3://old/app"}
                """);
        CommandRun run = run("restore", database.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("warning: replica s3 is passed over: replica s3"),
                        line -> assertThat(line).contains("unknown replica type in config: \"xyz\""),
                        line -> assertThat(line).startsWith("taking replica good (s3://old/app)"));
        assertThat(restored).containsExactly("old");
    }

    @Test
    void tellsWarningsOfTheConfigurationUnlessQuiet() throws IOException {
        write("dbs: [{path: DB, replicas: [{url: 's3://new/app', regoin: x}]}]");
        assertThat(run("restore", database.toString()).err())
                .startsWith("warning: keys that no version of Litestream knows are ignored: \"regoin\"");
        assertThat(run("restore", "-q", database.toString()).err()).isEmpty();
    }

    @Test
    void secretsOfTheConfigurationAreInNoOutput() {
        failsToPlan.put("old", new StoreUnavailableException("bad KEYID", "s3://old/app", null));
        failsToPlan.put(
                "new",
                new StoreUnavailableException("pl4ntedkey", "s3://new/app", new IOException("KEYID:pl4ntedkey")));
        for (String flag : new String[] {"-q", "-v", "-json"}) {
            CommandRun run = run("restore", flag, database.toString());
            assertThat(run.exitCode()).isEqualTo(5);
            assertThat(run.out() + run.err()).doesNotContain("KEYID").doesNotContain("pl4ntedkey");
        }
    }

    @Test
    void listsDatabasesAsLitestreamDoes() throws IOException {
        write("""
                dbs:
                  - path: DB
                    replicas:
                      - {name: old, url: "sftp://u:pl4ntedkey@host/app"}
                      - {type: xyz}
                  - dir: /data
                    replica: {path: /backup}
                  - path: /none.db
                """);
        CommandRun run = run("databases");
        String gap = " ".repeat(Math.max(0, database.toString().length() - "path".length()));
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "path replicas urls",
                        database + " old,xyz sftp://u:***@host/app,?",
                        "/data/... file file:///backup",
                        "/none.db - -");
        assertThat(run.out()).startsWith("path" + gap + "  replicas  urls\n");
        assertThat(run.err()).contains("c.yml:5: unknown replica type in config: \"xyz\"");
        assertThat(run("databases", "-json").out())
                .isEqualTo("[{\"path\":\"" + database + "\",\"folder\":false,"
                        + "\"replicas\":[{\"name\":\"old\",\"type\":\"sftp\",\"url\":\"sftp://u:***@host/app\",\"encrypted\":false},"
                        + "{\"name\":\"xyz\",\"type\":\"xyz\",\"encrypted\":false}]},"
                        + "{\"path\":\"/data\",\"folder\":true,"
                        + "\"replicas\":[{\"name\":\"file\",\"type\":\"file\",\"url\":\"file:///backup\",\"encrypted\":false}]},"
                        + "{\"path\":\"/none.db\",\"folder\":false,\"replicas\":[]}]\n");
    }
}
