// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.restore.RestoreTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UsageTest {

    private static final String URL = "file:///backup/app";

    @TempDir
    Path folder;

    private final RecordingRestore restore = RecordingRestore.succeeding();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    restore                                  | database path or replica URL required
                    restore -o x.db                          | database path or replica URL required
                    restore file:///a                        | output path required when using a replica URL
                    restore -o= file:///a                    | output path required when using a replica URL
                    restore -o - -json file:///a             | standard output cannot take both the database and -json
                    restore -o x.db file:///a file:///b      | too many arguments
                    restore file:///a -o                     | flag needs a value: -o
                    restore -o x.db no-such-folder           | no such folder: no-such-folder
                    restore -o x.db pom.xml                  | not a replica, but a file: pom.xml
                    restore -o x.db -index zz file:///a      | no WAL index: "zz"
                    restore -o x.db -index -1 file:///a      | no WAL index: "-1"
                    restore -o x.db -index= file:///a        | no WAL index: ""
                    restore -o x.db -index ffffffffffffffff file:///a | WAL index too large
                    restore -o x.db -generation abc file:///a | no generation name: "abc"
                    restore -o x.db -parallelism many file:///a | invalid value for flag '-parallelism'
                    restore -o x.db -mode 0999 file:///a     | no file mode: "0999"
                    restore -o x.db -mode 4755 file:///a     | no file mode: "4755"
                    restore -o x.db -progress often file:///a | no progress mode: "often", expected auto, always or never
                    restore -o x.db -q=perhaps file:///a     | 'perhaps' is not a boolean
                    restore -o x.db -paralelism 3 file:///a  | unknown flag: -paralelism; did you mean -parallelism?
                    restore -o x.db --generatoin=1 file:///a | unknown flag: --generatoin; did you mean --generation?
                    restore -qv -o x.db file:///a            | unknown flag: -qv
                    restore -ox.db file:///a                 | unknown flag: -ox.db
                    restore -o x.db file:///a --timestamp=x  | invalid -timestamp "x", expected RFC 3339, such as 2026-01-31T12:00:00Z
                    restore -o x.db file:///a -timestamp 2026-11-22T12:00:01Z | -timestamp 2026-11-22T12:00:01Z lies in the future: it is 20
                    restore -o x.db file:///a -timestamp 2026-01-01T00:00:00Z -index 1 | only one of -index, -timestamp, -tx and -txid can be given
                    restore -o x.db file:///a -timestamp 2026-01-01T00:00:00Z -txid 0000000000000001 | only one of -index, -timestamp, -tx and -txid
                    restore -o x.db file:///a -tx 00 | no position: "00", expected <generation>/<index hex>:<offset hex>
                    restore -o x.db file:///a -generation 0000000000000001 -tx 0000000000000002/1:20 | does not lie in generation 0000000000000001
                    restore -o x.db file:///a -txid 1        | no transaction number: "1", expected 16 lower-case hexadecimal digits
                    restore -o x.db file:///a -txid 0000000000000000 | no transaction number: "0000000000000000"
                    restore -o x.db file:///a -exact         | -exact belongs to -timestamp
                    restore -o x.db file:///a -exact -txid 0000000000000001 | -exact belongs to -timestamp
                    restore -o x.db file:///a -config c.yml  | cannot specify a replica URL or folder and the -config flag
                    restore -o x.db file:///a -replica r     | cannot specify both the replica URL and the -replica flag
                    restore -o x.db file:///a -replica       | flag needs a value: -replica
                    restore -config none.yml x.db            | config file not found:
                    restore -o x.db file:///a -f             | flag -f is not supported
                    restore -o x.db file:///a -follow-interval=1s | flag -follow-interval is not supported
                    restore -o x.db file://h:99999/a         | no such port in replica url
                    restor                                   | unknown command: restor; did you mean restore?
                    ltx                                      | database path or replica URL required
                    ltx -level 10 file:///a                  | no level: "10", expected 0 to 9, or all
                    ltx -generation abc file:///a            | unknown flag: -generation
                    file:///a -o x.db                        | command required before the URL
                    -q restore                               | unknown flag before the command: -q
                    help nothing                             | no such command: nothing
                    databases x.db                           | too many arguments
                    databases -config none.yml               | config file not found:
                    generations                              | database path or replica URL required
                    snapshots a b                            | too many arguments
                    snapshots -generation abc file:///a      | no generation name: "abc"
                    wal -generation abc file:///a            | no generation name: "abc"
                    wal -timestamp x file:///a               | unknown flag: -timestamp
                    verify                                   | database path or replica URL required
                    verify -level most file:///a             | no level: "most", expected names, data, chain or restore
                    verify -max-age soon file:///a           | invalid -max-age "soon", expected a length of time, such as 1h
                    verify -since 12 file:///a               | no position: "12"
                    verify -level chain -since 0000000000000001/1:20 file:///a | only the level data can go on from a position
                    verify -generation 0000000000000002 -since 0000000000000001/1:20 file:///a | does not lie in generation
                    log a b                                  | too many arguments
                    log -since 12 file:///a                  | no position and no transaction number: "12"
                    log -limit some file:///a                | invalid value for flag '-limit'
                    log -limit -1 file:///a                  | the number of transactions cannot be negative
                    log -limit 1 -last 1 file:///a           | either the first or the last transactions
                    log -since 0000000000000001/1:20 -until 0000000000000002/1:20 file:///a | lies in one generation
                    log -since 0000000000000001/2:20 -until 0000000000000001/1:20 file:///a | before it begins
                    info no-such-folder                      | no such folder: no-such-folder
                    info -o x.db file:///a                   | unknown flag: -o
                    version extra                            | too many arguments
                    backends -x                              | unknown flag: -x
                    """)
    void refusesWrongUsage(String line, String message) {
        CommandRun run = CommandRun.of(restore, line.strip().split(" +"));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(message.strip()).doesNotContain("Exception");
        assertThat(run.err().lines()).hasSize(1);
        assertThat(restore.options).isNull();
    }

    @Test
    void tellsWrongUsageAsJson() {
        CommandRun run = CommandRun.of(restore, "restore", "-nonsense", "-json");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("{\"error\":{\"code\":2,\"name\":\"usage\",\"message\":\"unknown flag: -nonsense");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-index a -parallelism 3 -mode 640 -o DB URL",
                "--index a --parallelism 3 --mode 640 --o DB URL",
                "-index=a -parallelism=3 -mode=0640 -o=DB URL",
                "URL --o=DB --index=A --parallelism=3 --mode=0640",
                "-o DB URL -index 0000000a -mode 0640 -parallelism 3",
                "-index ff -index a -parallelism 3 -mode 0640 -o DB -- URL",
            })
    void readsFlagsInAllTheirForms(String line) {
        String database = folder.resolve("x.db").toString();
        CommandRun run = CommandRun.of(
                restore,
                ("restore " + line).replace("DB", database).replace("URL", URL).split(" "));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(restore.replica).hasToString(URL);
        assertThat(restore.database).hasToString(database);
        assertThat(restore.options.target()).isEqualTo(RestoreTarget.atIndex(10));
        assertThat(restore.options.parallelism()).isEqualTo(3);
        assertThat(restore.options.fileMode()).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    }

    @Test
    void hasDefaults() {
        CommandRun run = CommandRun.of(restore, "restore", "-o", "x.db", URL);
        assertThat(run.exitCode()).isZero();
        assertThat(restore.options.target()).isEqualTo(RestoreTarget.latest());
        assertThat(restore.options.generation()).isEmpty();
        assertThat(restore.options.parallelism()).isEqualTo(8);
        assertThat(restore.options.fileMode()).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(restore.settings.environment("FROM")).hasValue("TEST");
    }

    @Test
    void takesGeneration() {
        CommandRun.of(restore, "restore", "-o", "x.db", "-generation", "00000000000000ff", URL);
        assertThat(restore.options.generation())
                .hasValueSatisfying(name -> assertThat(name).hasToString("00000000000000ff"));
    }

    @Test
    void takesWordsAsTheyAre() throws IOException {
        Path at = Files.createDirectory(folder.resolve("@list"));
        CommandRun run = CommandRun.of(restore, "restore", "-o", "@x.db", at.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(restore.database).hasToString("@x.db");
    }

    @Test
    void takesFolderAsFileReplica() throws IOException {
        Path replica = Files.createDirectory(folder.resolve("a b%?:c"));
        CommandRun run = CommandRun.of(restore, "restore", "-o", "x.db", replica.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(restore.replica.scheme()).isEqualTo("file");
        assertThat(restore.replica.path()).isEqualTo(replica.toString());
    }

    @Test
    void saysThatFlagMeansNothing() {
        CommandRun run = CommandRun.of(restore, "restore", "-no-expand-env", "-o", "x.db", URL);
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("-no-expand-env means nothing here");
    }

    @ParameterizedTest
    @CsvSource({
        "-q, false",
        "-q=true, false",
        "-q=false, true",
        "--q=false, true",
        "-q false, true",
        "-json=false, true"
    })
    void readsSwitches(String flag, boolean resultPrinted) {
        CommandRun run = CommandRun.of(restore, ("restore " + flag + " -o x.db " + URL).split(" "));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().startsWith("restored")).isEqualTo(resultPrinted);
    }

    @Test
    void readsModes() {
        assertThat(FileMode.parse("0777")).hasSize(9);
        assertThat(FileMode.parse("000")).isEqualTo(Set.of());
        assertThat(PosixFilePermissions.toString(FileMode.parse("0751"))).isEqualTo("rwxr-x--x");
    }
}
