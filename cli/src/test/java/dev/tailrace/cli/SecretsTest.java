// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretsTest {

    private static final String URL = "sftp://user:pl4ntedword@host/app?secret-access-key=pl4ntedkey&region=eu";

    static Stream<ReplicaRestore> restores() {
        return Stream.of(
                new LibraryRestore(),
                RecordingRestore.failing(new IOException("cannot reach " + URL)),
                RecordingRestore.failing(new IOException("login with pl4ntedword and pl4ntedkey failed")),
                RecordingRestore.failing(new IllegalStateException("x", new IOException("at " + URL))));
    }

    @ParameterizedTest
    @MethodSource("restores")
    void areInNoError(ReplicaRestore restore) {
        for (String[] flags : new String[][] {{"-q"}, {"-v"}, {"-json"}, {"-json", "-v"}}) {
            String[] arguments = Stream.of(Stream.of("restore", "-o", "x.db"), Stream.of(flags), Stream.of(URL))
                    .flatMap(part -> part)
                    .toArray(String[]::new);
            CommandRun run = CommandRun.of(restore, arguments);
            assertThat(run.exitCode()).isNotZero();
            assertThat(run.out() + run.err()).doesNotContain("pl4ntedword").doesNotContain("pl4ntedkey");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "URL",
                "restore URL",
                "restore URL URL -o x.db",
                "restore -o x.db -URL",
                "restore -o x.db -nonsense=URL",
                "restore -o x.db --URL",
                "restore -generation URL -o x.db URL",
                "restore -index URL -o x.db URL",
                "restore -mode URL -o x.db URL",
                "restore -progress URL -o x.db URL",
                "restore -parallelism URL -o x.db URL",
                "restore -q=URL -o x.db URL",
                "help URL",
                "version URL",
                "restore -o x.db sftp://user:pl4ntedword@host:99999/app",
                "restore -o x.db sftp://user:pl4ntedword@host/%ff",
                "restore -o x.db sftp://user:pl4ntedword/half@host/app",
                "restore -o x.db s3://host/app?secret=pl4ntedkey&secret=pl4ntedkey",
            })
    void areInNoWrongUsage(String line) {
        CommandRun run =
                CommandRun.of(new LibraryRestore(), line.replace("URL", URL).split(" "));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out() + run.err()).doesNotContain("pl4ntedword").doesNotContain("pl4ntedkey");
    }

    @ParameterizedTest
    @MethodSource("restores")
    void areInNoResult(ReplicaRestore ignored) {
        CommandRun run = CommandRun.of(RecordingRestore.succeeding(), "restore", "-json", "-o", "x.db", URL);
        assertThat(run.out())
                .contains("sftp://user:***@host")
                .doesNotContain("pl4ntedword")
                .doesNotContain("pl4ntedkey");
    }
}
