// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** From arguments to an exit code. */
final class CommandLineInterface {

    private final Surroundings surroundings;
    private final Map<String, Supplier<Command>> commands = new LinkedHashMap<>();

    CommandLineInterface(Surroundings surroundings, ReplicaRestore restore) {
        this.surroundings = surroundings;
        commands.put("restore", () -> new RestoreCommand(restore));
        commands.put("generations", GenerationsCommand::new);
        commands.put("snapshots", SnapshotsCommand::new);
        commands.put("wal", WalCommand::new);
        commands.put("ltx", LtxCommand::new);
        commands.put("log", LogCommand::new);
        commands.put("verify", VerifyCommand::new);
        commands.put("copy", CopyCommand::new);
        commands.put("prune", PruneCommand::new);
        commands.put("databases", DatabasesCommand::new);
        commands.put("info", InfoCommand::new);
        commands.put("backends", BackendsCommand::new);
        commands.put("version", VersionCommand::new);
        commands.put("help", () -> new HelpCommand(commands));
    }

    /** Runs the command that the arguments name, and gives the exit code of the process. */
    int run(String... arguments) {
        Messages messages = new Messages(surroundings.err(), Secrets.in(Arrays.asList(arguments)));
        ExitCode exitCode;
        try {
            exitCode = runCommand(arguments, new Session(surroundings, messages));
        } catch (Exception | Error e) {
            Failure failure = Failure.of(e);
            report(failure, messages, arguments);
            exitCode = failure.exitCode();
        }
        if (surroundings.out().checkError()
                && exitCode == ExitCode.DONE
                && !StandardOutput.isLeft(surroundings.out())) {
            messages.line("tailrace: done, but the result cannot be written to standard output");
            return ExitCode.UNEXPECTED.number();
        }
        return exitCode.number();
    }

    private ExitCode runCommand(String[] arguments, Session session) throws Exception {
        if (arguments.length == 0) {
            print(surroundings.err(), HelpCommand.OVERVIEW);
            return ExitCode.USAGE;
        }
        CommandLine root = commandLine(arguments[0]);
        ParseResult parsed;
        try {
            parsed = root.parseArgs(arguments);
        } catch (ParameterException e) {
            throw WrongUsage.explained(e);
        }
        CommandSpec chosen = parsed.hasSubcommand() ? parsed.subcommand().commandSpec() : root.getCommandSpec();
        ParseResult ofChosen = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
        Command command = (Command) chosen.userObject();
        if (ofChosen.isUsageHelpRequested()) {
            print(surroundings.out(), command.help());
            return ExitCode.DONE;
        }
        List<String> words = Arrays.asList(arguments);
        LogLines.install(session.messages(), isSet("q", words), isSet("v", words));
        return command.exitCodeOf(session);
    }

    /** Reading the annotations takes time: those of the wanted command will do, or of all where none is known. */
    private CommandLine commandLine(String wanted) {
        CommandLine root = withHelp(new RootCommand());
        commands.forEach((name, command) -> {
            if (name.equals(wanted) || !commands.containsKey(wanted)) {
                root.addSubcommand(name, withHelp(command.get()));
            }
        });
        // Options are whole words, as in Litestream; the last of two wins; a value may begin with an at sign.
        root.setPosixClusteredShortOptionsAllowed(false);
        root.setOverwrittenOptionsAllowed(true);
        root.setExpandAtFiles(false);
        root.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        return root;
    }

    private static CommandLine withHelp(Command command) {
        CommandLine commandLine = new CommandLine(command);
        commandLine
                .getCommandSpec()
                .addOption(OptionSpec.builder("-h", "-help", "--help")
                        .usageHelp(true)
                        .build());
        return commandLine;
    }

    private void report(Failure failure, Messages messages, String[] arguments) {
        List<String> words = Arrays.asList(arguments);
        if (isSet("json", words)) {
            messages.json(failure);
        } else {
            messages.line("tailrace: " + failure.message());
        }
        if (isSet("v", words) && failure.exitCode() != ExitCode.USAGE) {
            messages.lines(failure.stackTrace());
        }
    }

    /** Asked of the words themselves, as they may be what cannot be parsed. */
    private static boolean isSet(String flag, List<String> words) {
        return words.stream()
                .map(word -> word.startsWith("--") ? word.substring(1) : word)
                .anyMatch(word -> word.equals("-" + flag) || word.equalsIgnoreCase("-" + flag + "=true"));
    }

    private static void print(PrintStream stream, String text) {
        stream.print(text);
        stream.flush();
    }
}
