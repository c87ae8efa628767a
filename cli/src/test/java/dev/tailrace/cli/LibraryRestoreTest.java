// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LibraryRestoreTest {

    @Test
    void opensTheBackendOfTheScheme() {
        CommandRun run = CommandRun.of(new LibraryRestore(), "restore", "-o", "x.db", "fake://u:pl4ntedword@host/app");
        assertThat(run).isEqualTo(new CommandRun(5, "", "tailrace: cannot reach fake://u:***@host/app\n"));
    }

    @Test
    void namesTheJarToAddForAnotherScheme() {
        CommandRun run = CommandRun.of(new LibraryRestore(), "restore", "-o", "x.db", "file:///backup/app");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("no backend for scheme file").contains("schemes present: fake, phony");
    }
}
