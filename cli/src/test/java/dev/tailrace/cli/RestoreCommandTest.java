// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.StoreUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RestoreCommandTest {

    private static final String URL = "file:///backup/app";

    @TempDir
    Path folder;

    private final RecordingRestore restore = RecordingRestore.succeeding();

    @Test
    void saysWhatWasRestored() {
        CommandRun run = CommandRun.of(restore, "restore", "-o", "x.db", URL);
        assertThat(run.out()).isEqualTo("""
                        restored x.db to 0123456789abcdef/0000001f:00001038, the state of 2026-11-22T11:55:00Z (4 min 59 s ago)
                        12.3 MB in 3000 pages of 4096 bytes; read 5.0 MB from 2 objects in 1.2 s
                        """);
        assertThat(run.err()).isEmpty();
    }

    @Test
    void printsResultAsOneJsonObject() {
        CommandRun run = CommandRun.of(restore, "restore", "-json", "-q", "-o", "x.db", URL);
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines()).hasSize(1);
        JsonObject result = JsonParser.parseString(run.out()).getAsJsonObject();
        assertThat(result).hasToString("""
                        {"db_path":"x.db","replica":"file:///backup/app","layout":"v0.3","generation":"0123456789abcdef",\
                        "snapshot_index":30,"position":"0123456789abcdef/0000001f:00001038",\
                        "timestamp":"2026-11-22T11:55:00.250Z","page_size":4096,"page_count":3000,"objects_read":2,\
                        "requests":3,"bytes_read":5000000,"bytes_written":12288000,"frames_applied":7,"frames_dropped":1,\
                        "unproved_joins":1,"duration_ms":1234,"integrity_check":"none","damage":[]}""");
    }

    @Test
    void writesJsonInUtf8WhateverTheLocale() {
        CommandRun run =
                CommandRun.of(restore, false, StandardCharsets.US_ASCII, "restore", "-json", "-o", "grün.db", URL);
        assertThat(run.out()).contains("\"db_path\":\"grün.db\"");
    }

    @Test
    void skipsWhenDatabaseExists() throws IOException {
        Path database = Files.writeString(folder.resolve("x.db"), "SQLite format 3");
        CommandRun run = CommandRun.of(restore, "restore", "-if-db-not-exists", "-o", database.toString(), URL);
        assertThat(run).isEqualTo(new CommandRun(0, "", "database already exists, skipping\n"));
        assertThat(restore.options).isNull();
    }

    @Test
    void skipsInJson() throws IOException {
        Path database = Files.writeString(folder.resolve("x.db"), "SQLite format 3");
        CommandRun run =
                CommandRun.of(restore, "restore", "-json", "-if-db-not-exists", "-o", database.toString(), URL);
        assertThat(run.exitCode()).isZero();
        assertThat(JsonParser.parseString(run.out())
                        .getAsJsonObject()
                        .get("skipped")
                        .getAsString())
                .isEqualTo("database already exists");
    }

    @Test
    void countsEmptyFileAsAbsent() throws IOException {
        Path database = Files.createFile(folder.resolve("x.db"));
        CommandRun run = CommandRun.of(restore, "restore", "-if-db-not-exists", "-o", database.toString(), URL);
        assertThat(run.exitCode()).isZero();
        assertThat(restore.options).isNotNull();
    }

    @Test
    void cannotTellWhetherDatabaseExistsUnderImpossibleName() {
        String tooLong = folder.resolve("x".repeat(300)).toString();
        CommandRun run = CommandRun.of(restore, "restore", "-if-db-not-exists", "-o", tooLong, URL);
        assertThat(run.exitCode()).isEqualTo(6);
    }

    @Test
    void forgivesEmptyReplicaOnlyWhenAsked() {
        RecordingRestore empty = RecordingRestore.failing((IOException) new EmptyReplicaException("nothing", URL));
        assertThat(CommandRun.of(empty, "restore", "-if-replica-exists", "-o", "x.db", URL))
                .isEqualTo(new CommandRun(0, "", "no matching backups found, skipping\n"));
        assertThat(CommandRun.of(empty, "restore", "-if-replica-exists", "-q", "-o", "x.db", URL))
                .isEqualTo(new CommandRun(0, "", ""));
        assertThat(CommandRun.of(empty, "restore", "-o", "x.db", URL).exitCode())
                .isEqualTo(3);
        RecordingRestore unreachable =
                RecordingRestore.failing((IOException) new StoreUnavailableException("down", URL, null));
        assertThat(CommandRun.of(unreachable, "restore", "-if-replica-exists", "-o", "x.db", URL)
                        .exitCode())
                .isEqualTo(5);
    }

    @Test
    void passesWarningsOnOnce() {
        RecordingRestore warning = new RecordingRestore((options, plan) -> {
            options.listener().planned(plan);
            options.listener().warning("the plan warns");
            options.listener().warning("something else");
            // As Java does before the first line, but this process has logged some.
            new LogConfiguration();
            Logger.getLogger("dev.tailrace.client").warning("odd answer\nfrom a server");
            Logger.getLogger("vendor").warning("it did not work");
            Logger.getLogger("dev.tailrace.restore").fine("detail");
            Logger.getLogger("vendor").fine("chatter");
        });
        assertThat(CommandRun.of(warning, "restore", "-o", "x.db", URL).err()).isEqualTo("""
                        warning: the plan warns
                        warning: something else
                        warning: odd answer from a server
                        """);
        assertThat(CommandRun.of(warning, "restore", "-q", "-o", "x.db", URL).err())
                .isEmpty();
        assertThat(CommandRun.of(warning, "restore", "-v", "-o", "x.db", URL).err())
                .contains("debug dev.tailrace.restore: detail", "warning vendor: it did not work")
                .doesNotContain("chatter");
    }

    @Test
    void drawsNothingForQuickRestore() {
        RecordingRestore reading = new RecordingRestore((options, plan) -> {
            options.listener().planned(plan);
            options.listener().read(100);
            options.listener().publishing();
        });
        assertThat(CommandRun.inTerminal(reading, "restore", "-o", "x.db", URL).err())
                .isEqualTo("warning: the plan warns\n");
        assertThat(CommandRun.of(reading, "restore", "-o", "x.db", URL).err()).isEqualTo("warning: the plan warns\n");
    }

    @Test
    void drawsBarAlwaysWhenAsked() {
        RecordingRestore reading = new RecordingRestore((options, plan) -> {
            options.listener().planned(plan);
            options.listener().read(2_500_000);
            sleep();
            options.listener().publishing();
        });
        CommandRun run = CommandRun.of(reading, "restore", "-progress", "always", "-o", "x.db", URL);
        assertThat(run.err())
                .contains("restoring")
                .contains("2.5 MB of 5.0 MB")
                .contains(" left")
                .contains("/s");
        assertThat(run.err()).endsWith("\r\u001b[K");
        assertThat(CommandRun.of(reading, "restore", "-progress=never", "-o", "x.db", URL)
                        .err())
                .doesNotContain("restoring");
        assertThat(CommandRun.of(reading, "restore", "-progress=always", "-q", "-o", "x.db", URL)
                        .err())
                .isEmpty();
    }

    private static void sleep() {
        try {
            Thread.sleep(600);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
