// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** From arguments to an exit code. */
final class CommandLineInterface {

    private final Surroundings surroundings;
    private final Commands commands;

    CommandLineInterface(Surroundings surroundings, ReplicaRestore restore) {
        this.surroundings = surroundings;
        this.commands = new Commands(restore);
    }

    /** Runs the command that the arguments name, and gives the exit code of the process. */
    int run(String... arguments) {
        if (arguments.length == 0) {
            print(surroundings.err(), HelpCommand.OVERVIEW);
            return ExitCode.USAGE.number();
        }
        List<String> words = Arrays.asList(arguments);
        Messages messages = new Messages(surroundings.err(), Secrets.in(words));
        Optional<Command> named = commands.named(words.get(0));
        ExitCode exitCode = named.isPresent()
                ? run(named.get(), words.subList(1, words.size()), messages)
                : run(new RootCommand(), words, messages);
        if (surroundings.out().checkError()
                && exitCode == ExitCode.DONE
                && !StandardOutput.isLeft(surroundings.out())) {
            messages.line("tailrace: done, but the result cannot be written to standard output");
            return ExitCode.UNEXPECTED.number();
        }
        return exitCode.number();
    }

    private ExitCode run(Command command, List<String> words, Messages messages) {
        Flags flags = command.flags();
        try {
            if (flags.parse(words)) {
                print(surroundings.out(), command.help());
                return ExitCode.DONE;
            }
            LogConfiguration.want(flags.isOn("q"), flags.isOn("v"));
            return run(command, new Session(surroundings, messages));
        } catch (Exception | Error e) {
            Failure failure = Failure.of(e);
            report(failure, messages, flags);
            return failure.exitCode();
        }
    }

    /** Runs it while what is printed to Java's standard error comes to ours. */
    private static ExitCode run(Command command, Session session) throws IOException {
        PrintStream before = System.err;
        try (PrintStream printed = new PrintStream(
                new PrintedLines(session.messages(), StandardCharsets.UTF_8), true, StandardCharsets.UTF_8)) {
            System.setErr(printed);
            return command.exitCodeOf(session);
        } finally {
            System.setErr(before);
        }
    }

    private static void report(Failure failure, Messages messages, Flags flags) {
        if (flags.isOn("json")) {
            messages.json(failure);
        } else {
            messages.line("tailrace: " + failure.message());
        }
        if (flags.isOn("v") && failure.exitCode() != ExitCode.USAGE) {
            messages.lines(failure.stackTrace());
        }
    }

    private static void print(PrintStream stream, String text) {
        stream.print(text);
        stream.flush();
    }
}
