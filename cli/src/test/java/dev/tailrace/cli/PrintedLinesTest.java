// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrintedLinesTest {

    private static final String URL = "sftp://joe:pl4nted-secret@example.com/backup";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Messages messages =
            new Messages(new PrintStream(bytes, true, StandardCharsets.UTF_8), Secrets.in(List.of(URL)));
    private final PrintStream printed =
            new PrintStream(new PrintedLines(messages, StandardCharsets.UTF_8), true, StandardCharsets.UTF_8);

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void showsWholeLinesAsTheyAreMeant() {
        printed.print("Übung ");
        assertThat(shown()).isEmpty();
        printed.println("macht den Meister");
        printed.println("and\u001b[2J more");
        assertThat(shown()).isEqualTo("Übung macht den Meister\nand?[2J more\n");
    }

    @Test
    void showsNoSecretOfTheArguments() {
        printed.println("cannot log in to " + URL + " by pl4nted-secret");
        assertThat(shown()).contains("cannot log in to sftp://joe:***@example.com/backup by ***");
    }

    @Test
    void showsALineThatHasNotEndedAtTheEnd() {
        printed.print("cut");
        printed.close();
        assertThat(shown()).isEqualTo("cut\n");
    }

    @Test
    void leavesTheStatusLineBelow() {
        messages.status("42 %");
        printed.println("something");
        assertThat(shown()).isEqualTo("\r\u001b[K42 %\r\u001b[Ksomething\n");
    }

    @Test
    void standardErrorIsAsBeforeOnceACommandHasRun() {
        PrintStream before = System.err;
        RecordingRestore printing = new RecordingRestore((options, plan) -> System.err.println("from a library"));
        assertThat(CommandRun.of(printing, "restore", "-o", "x.db", "file:///x").err())
                .contains("from a library\n");
        assertThat(System.err).isSameAs(before);
    }
}
