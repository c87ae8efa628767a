// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the command line of Litestream 0.4 is tested for, asked of this one. It differs on purpose: exit codes tell failures
 * apart, {@code -index} needs no {@code -generation}, and generations without a snapshot are listed.
 */
class LitestreamBetaTest {

    @TempDir
    Path folder;

    private Path database;
    private Path config;

    @BeforeEach
    void configureTwoReplicas() throws IOException {
        database = folder.resolve("db");
        ReplicaFixtures.of("v03-flat", "twogen").unpackInto(folder.resolve("new"));
        ReplicaFixtures.of("v04-nested16", "tiny").unpackInto(folder.resolve("other"));
        Files.createDirectories(folder.resolve("empty"));
        config = Files.writeString(folder.resolve("litestream.yml"), """
                dbs:
                  - path: $ROOT/db
                    replicas:
                      - {name: first, path: $ROOT/new}
                      - {name: second, path: $ROOT/other}
                  - path: $ROOT/single
                    replicas: [{path: $ROOT/new}]
                  - path: $ROOT/bare
                  - path: $ROOT/nothing
                    replicas: [{path: $ROOT/empty}]
                  - path: $ROOT/odd
                    replicas: [{type: xyz}]
                """);
    }

    private InProcess run(String line) {
        return InProcess.run(
                Map.of("ROOT", folder.toString(), "LITESTREAM_CONFIG", config.toString()),
                java.time.Clock.systemUTC(),
                line.replace("ROOT", folder.toString()).split(" "));
    }

    @Test
    void restoresTheReplicaThatIsNamed() {
        InProcess run = run("restore -json -replica second ROOT/db");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("\"layout\":\"v0.4-beta\"").contains("\"db_path\":\"" + database + "\"");
        assertThat(database).isNotEmptyFile();
    }

    @Test
    void restoresTheReplicaWithTheNewestData() {
        String newest = newestEnd("first").compareTo(newestEnd("second")) > 0 ? "v0.3" : "v0.4-beta";
        InProcess run = run("restore -json ROOT/db");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("\"layout\":\"" + newest + "\"");
    }

    private String newestEnd(String replica) {
        String[] lines =
                run("generations -replica " + replica + " ROOT/db").out().split("\n");
        return lines[lines.length - 1].split(" +")[4];
    }

    @Test
    void restoresUrl() {
        assertThat(run("restore -o ROOT/x file://ROOT/new").exitCode()).isZero();
        assertThat(folder.resolve("x")).isNotEmptyFile();
    }

    @Test
    void skipsWhatIsThereOrHasNoBackup() throws IOException {
        Files.writeString(database, "x");
        assertThat(run("restore -if-db-not-exists ROOT/db"))
                .isEqualTo(new InProcess(0, "", "database already exists, skipping\n"));
        assertThat(run("restore -if-replica-exists ROOT/nothing"))
                .isEqualTo(new InProcess(0, "", "no matching backups found, skipping\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    restore ROOT/nothing                  | 3 | no matching backups found
                    restore -o ROOT/new/generations ROOT/single | 6 | output path already exists
                    restore                               | 2 | database path or replica URL required
                    restore ROOT/db ROOT/single           | 2 | too many arguments
                    restore -config ROOT/none.yml ROOT/db | 2 | config file not found: ROOT/none.yml
                    restore file://ROOT/new               | 2 | output path required when using a replica URL
                    restore -replica first -o x file://ROOT/new | 2 | cannot specify both the replica URL and the -replica flag
                    restore ROOT/odd                      | 2 | unknown replica type in config: "xyz"
                    restore ROOT/unknown                  | 2 | database not found in config: ROOT/unknown
                    restore ROOT/bare                     | 2 | database has no replicas: ROOT/bare
                    restore -replica none ROOT/db         | 2 | replica "none" not found for database "ROOT/db"
                    restore -generation 0004844052c3670c ROOT/db | 2 | must specify -replica flag when restoring from a specific generation
                    restore -index 1 ROOT/db              | 2 | must specify -replica flag when restoring to a specific index
                    generations                           | 2 | database path or replica URL required
                    generations ROOT/unknown              | 2 | database not found in config
                    snapshots -replica none ROOT/db       | 2 | replica "none" not found for database "ROOT/db"
                    wal -replica first file://ROOT/new    | 2 | cannot specify both the replica URL and the -replica flag
                    databases ROOT/db                     | 2 | too many arguments
                    databases -config ROOT/none.yml       | 2 | config file not found: ROOT/none.yml
                    """)
    void refuses(String line, int exitCode, String message) {
        InProcess run = run(line);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(message.replace("ROOT", folder.toString()));
        assertThat(run.out()).isEmpty();
    }

    @Test
    void saysWhereAGenerationHasNoSnapshot() throws IOException {
        Files.delete(folder.resolve("new/generations/0004844052c3670c/snapshots/00000001.snapshot.lz4"));
        InProcess run = run("restore -generation 0004844052c3670c ROOT/single");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).contains("no snapshots available in generation 0004844052c3670c");
    }

    @Test
    void listsReplicasByTheirNamesOrTheirTypes() {
        assertThat(run("databases").out().lines().map(line -> line.split(" +")[1]))
                .containsExactly("replicas", "first,second", "file", "-", "file", "xyz");
        assertThat(run("snapshots ROOT/db").out().lines().map(line -> line.split(" +")[0]))
                .contains("first", "second");
        assertThat(run("wal ROOT/single").out().lines().skip(1))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("file  "));
    }
}
