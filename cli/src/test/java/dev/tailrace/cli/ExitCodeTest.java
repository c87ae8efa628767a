// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tailrace.error.CopyConflictException;
import dev.tailrace.error.Damage;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.NoProviderException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ExitCodeTest {

    private static final String AT = "file:///backup/app";

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new EmptyReplicaException("nothing in " + AT, AT), 3, "not_available"),
                Arguments.of(new TargetNotAvailableException("index 9 is later than all", AT), 3, "not_available"),
                Arguments.of(new DamagedReplicaException(Damage.at("wal/1", 7, "bad checksum")), 4, "damaged"),
                Arguments.of(new ObjectMissingException("wal/1", AT, null), 4, "damaged"),
                Arguments.of(new ObjectChangedException("wal/1", "v1", "v2", AT, null), 5, "store"),
                Arguments.of(new StoreAccessException("denied", AT, null), 5, "store"),
                Arguments.of(new StoreUnavailableException("timed out", AT, null), 5, "store"),
                Arguments.of(new RestoreTargetException("exists", null), 6, "output"),
                Arguments.of(new CopyConflictException("a", "other bytes", AT, null), 6, "output"),
                Arguments.of(new UnsupportedReplicaException("encrypted", AT), 7, "unsupported"),
                Arguments.of(new RestoreCancelledException("interrupted", null), 130, "interrupted"),
                Arguments.of(new ClosedByInterruptException(), 130, "interrupted"),
                Arguments.of(new ReplicaUrlException("bad url"), 2, "usage"),
                Arguments.of(new NoProviderException("no backend for scheme x"), 2, "usage"),
                Arguments.of(new InvalidPathException("\ufffd", "unmappable"), 2, "usage"),
                Arguments.of(new AccessDeniedException("/x"), 1, "unexpected"),
                Arguments.of(new IllegalStateException("oops"), 1, "unexpected"),
                Arguments.of(new IOException(), 1, "unexpected"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void mapsFailure(Exception failure, int number, String name) {
        CommandRun run = CommandRun.of(throwing(failure), "restore", "-o", "x.db", AT);
        assertThat(run.exitCode()).isEqualTo(number);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.err())
                .startsWith("tailrace: ")
                .doesNotContain("Exception")
                .doesNotContain("null");
        assertThat(ExitCode.of(failure).label()).isEqualTo(name);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void tellsFailureAsJson(Exception failure, int number, String name) {
        CommandRun run = CommandRun.of(throwing(failure), "restore", "-o", "x.db", "--json", AT);
        assertThat(run.exitCode()).isEqualTo(number);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).hasSize(1);
        JsonObject error = JsonParser.parseString(run.err()).getAsJsonObject().getAsJsonObject("error");
        assertThat(error.get("code").getAsInt()).isEqualTo(number);
        assertThat(error.get("name").getAsString()).isEqualTo(name);
        assertThat(error.get("message").getAsString()).isNotBlank().doesNotContain("Exception");
    }

    @Test
    void everyFailureOfTheLibraryHasItsOwnMeaning() {
        Set<Object> mapped = failures().map(each -> each.get()[0].getClass()).collect(Collectors.toSet());
        assertThat(mapped).containsAll(Arrays.asList(TailraceException.class.getPermittedSubclasses()));
    }

    @Test
    void tellsWhatIsDamagedInJson() {
        DamagedReplicaException damaged = new DamagedReplicaException(
                Damage.at("wal/1", 32, "bad checksum").expecting("aa", "bb"));
        CommandRun run = CommandRun.of(
                RecordingRestore.failing(damaged.told(AT, "restore an earlier index", true)),
                "restore",
                "-json",
                "-o",
                "x.db",
                AT);
        JsonObject error = JsonParser.parseString(run.err()).getAsJsonObject().getAsJsonObject("error");
        assertThat(error.get("location").getAsString()).isEqualTo(AT);
        assertThat(error.getAsJsonObject("damage"))
                .hasToString("{\"key\":\"wal/1\",\"offset\":32,\"problem\":\"bad checksum\","
                        + "\"expected\":\"aa\",\"actual\":\"bb\"}");
    }

    @Test
    void advisesLocaleForPathThatCannotBeEncoded() {
        CommandRun run = CommandRun.of(
                throwing(new InvalidPathException("caf\ufffd", "Malformed input")), "restore", "-o", "x.db", AT);
        assertThat(run.err()).contains("LANG=C.UTF-8");
    }

    @Test
    void tellsErrorsOfTheMachine() {
        OnlyRestoring restore = (replica, environment, options, database) -> {
            throw new OutOfMemoryError("Java heap space");
        };
        CommandRun run = CommandRun.of(restore, "restore", "-o", "x.db", AT);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("out of memory").contains("TAILRACE_JAVA_OPTS");
    }

    @Test
    void keepsClassNamesAndControlCharactersOutOfTheLine() {
        CommandRun run = CommandRun.of(
                throwing(new IOException("java.net.ConnectException: refused\n\tat \u001b[31mhost")),
                "restore",
                "-o",
                "x.db",
                AT);
        assertThat(run.err())
                .isEqualTo("tailrace: unexpected failure: refused at ?[31mhost; run again with -v for details\n");
    }

    @Test
    void printsStackTraceOnlyWhenVerbose() {
        IOException failure = new IOException("broken", new IllegalStateException("cause"));
        assertThat(CommandRun.of(throwing(failure), "restore", "-v", "-o", "x.db", AT)
                        .err())
                .contains("tailrace: unexpected failure: broken")
                .contains("  at dev.tailrace.cli.")
                .contains("Caused by: java.lang.IllegalStateException: cause");
        assertThat(CommandRun.of(throwing(failure), "restore", "-o", "x.db", AT).err())
                .doesNotContain("at dev.tailrace");
    }

    private static ReplicaRestore throwing(Exception failure) {
        return failure instanceof IOException io
                ? RecordingRestore.failing(io)
                : RecordingRestore.failing((RuntimeException) failure);
    }
}
