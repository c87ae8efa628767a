// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with arguments that picocli refuses, and what to do. */
final class WrongUsage {

    /** Known from Litestream or planned; to ignore one of these would restore something else than was asked for. */
    private static final Map<String, String> UNSUPPORTED_FLAGS = Map.ofEntries(
            Map.entry("f", "a restore is done once"), Map.entry("follow-interval", "a restore is done once"));

    private static final List<String> UNSUPPORTED_COMMANDS = List.of("replicate", "status", "reset", "sync");

    private WrongUsage() {}

    /** The same failure in words that help. */
    static ParameterException explained(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        String message;
        if (failure instanceof UnmatchedArgumentException unmatched) {
            message = unmatched(unmatched, !command.getSubcommands().isEmpty());
        } else if (failure instanceof MissingParameterException missing
                && missing.getMissing().size() == 1
                && missing.getMissing().get(0) instanceof CommandLine.Model.OptionSpec option) {
            message = "flag needs a value: " + option.names()[0];
        } else {
            message = plain(String.valueOf(failure.getMessage()));
        }
        return new ParameterException(command, message + seeHelp(command), failure, null, "");
    }

    /** A failure of a command's own checks. */
    static ParameterException of(CommandLine command, String message) {
        return new ParameterException(command, message + seeHelp(command));
    }

    private static String seeHelp(CommandLine command) {
        return "; see: " + command.getCommandSpec().qualifiedName() + " -help";
    }

    private static String unmatched(UnmatchedArgumentException failure, boolean atRoot) {
        String argument = failure.getUnmatched().get(0);
        if (!argument.startsWith("-")) {
            return atRoot ? unknownCommand(argument, failure) : "too many arguments";
        }
        int equals = argument.indexOf('=');
        // What follows may be a secret.
        String flag = equals < 0 ? argument : argument.substring(0, equals);
        if (!flag.matches("--?[A-Za-z][A-Za-z0-9._-]*")) {
            return "unknown flag";
        }
        String advice = UNSUPPORTED_FLAGS.get(flag.replaceFirst("^--?", ""));
        if (!atRoot && advice != null) {
            return "flag " + flag + " is not supported by this version of tailrace: " + advice;
        }
        if (atRoot) {
            return "unknown flag before the command: " + flag;
        }
        return "unknown flag: " + flag + didYouMean(failure, flag.startsWith("--"));
    }

    private static String unknownCommand(String argument, UnmatchedArgumentException failure) {
        if (UNSUPPORTED_COMMANDS.contains(argument)) {
            return "command " + argument + " is not supported by this version of tailrace";
        }
        if (argument.contains("://")) {
            return "command required before the URL: tailrace restore URL -o DB";
        }
        return "unknown command: " + argument + didYouMean(failure, false);
    }

    /** In the form that was typed: each flag is known by one dash and by two. */
    private static String didYouMean(UnmatchedArgumentException failure, boolean twoDashes) {
        List<String> suggestions = failure.getSuggestions();
        Optional<String> best = suggestions.stream()
                .filter(suggestion -> suggestion.startsWith("--") == twoDashes)
                .findFirst();
        return best.map(suggestion -> "; did you mean " + suggestion + "?").orElse("");
    }

    /** Picocli's own words, without those only a programmer understands. */
    private static String plain(String message) {
        return message.replace("Invalid value for option '--", "invalid value for flag '-")
                .replace(" (PARAM)", "");
    }
}
