// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/**
 * The flags and operands of one command: first they are declared, then the arguments are parsed, then the values are
 * read. Each flag can be written with one dash and with two. Annotations would say the same, but to read them takes a
 * good part of a short run.
 */
final class Flags {

    private static final String TRUE = "true";

    private final CommandSpec spec;
    private List<String> words = List.of();
    private boolean parsed;

    /** @param command as it is typed, with all words before the flags */
    Flags(String command) {
        hurry();
        spec = CommandSpec.create().name(command);
        spec.addOption(
                OptionSpec.builder("-h", "-help", "--help").usageHelp(true).build());
    }

    /** Says to picocli what need not be loaded. It reads that when its own classes are. */
    private static void hurry() {
        // Converters to types that no flag has.
        System.setProperty("picocli.converters.excludes", "java.*");
        // Groovy and Jansi, which would be looked for in all jars.
        System.setProperty("picocli.disable.closures", "true");
        System.setProperty("picocli.ansi", "false");
    }

    /** Declares a flag that is on or off; it may have the value true or false. */
    Argument<Boolean> toggle(String name) {
        return add(option(name).type(Boolean.class).arity("0..1").fallbackValue(TRUE), false);
    }

    Argument<String> text(String name) {
        return value(name, String.class, null);
    }

    Argument<String> text(String name, String otherwise) {
        return value(name, String.class, otherwise);
    }

    Argument<Integer> number(String name) {
        return value(name, Integer.class, null);
    }

    Argument<Integer> number(String name, int otherwise) {
        return value(name, Integer.class, otherwise);
    }

    Argument<Long> largeNumber(String name) {
        return value(name, Long.class, null);
    }

    /** Declares a flag that may be given several times. */
    Argument<List<String>> texts(String name) {
        return add(option(name).type(List.class).auxiliaryTypes(String.class), List.of());
    }

    /** Declares that there may be words without a dash, which are no flag's value. */
    Argument<List<String>> operands() {
        PositionalParamSpec operands = PositionalParamSpec.builder()
                .index("0..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .build();
        spec.addPositional(operands);
        return new Argument<>(operands, List.of());
    }

    /** Declares which words are commands, one of which may be meant by what is none. */
    void commands(List<String> names) {
        for (String name : names) {
            CommandLine command = new CommandLine(CommandSpec.create());
            spec.addSubcommand(name, command.setUnmatchedArgumentsAllowed(true));
        }
    }

    private static OptionSpec.Builder option(String name) {
        return OptionSpec.builder("-" + name, "--" + name);
    }

    private <T> Argument<T> value(String name, Class<T> type, @Nullable T otherwise) {
        return add(option(name).type(type), otherwise);
    }

    private <T> Argument<T> add(OptionSpec.Builder builder, @Nullable T otherwise) {
        OptionSpec option = builder.build();
        spec.addOption(option);
        return new Argument<>(option, otherwise);
    }

    /**
     * Reads the words that follow on the command.
     *
     * @return whether help is asked for
     * @throws ParameterException if there is a word that cannot be understood
     */
    boolean parse(List<String> words) {
        this.words = words;
        CommandLine parser = new CommandLine(spec);
        // Options are whole words, as in Litestream; the last of two wins; a value may begin with an at sign.
        parser.setPosixClusteredShortOptionsAllowed(false);
        parser.setOverwrittenOptionsAllowed(true);
        parser.setExpandAtFiles(false);
        try {
            boolean helpWanted = parser.parseArgs(words.toArray(new String[0])).isUsageHelpRequested();
            parsed = true;
            return helpWanted;
        } catch (ParameterException e) {
            throw WrongUsage.explained(e);
        }
    }

    /** Whether a switch is on; of words that cannot be parsed, whether it seems to be meant. */
    boolean isOn(String name) {
        if (!parsed) {
            return words.stream()
                    .map(word -> word.startsWith("--") ? word.substring(1) : word)
                    .anyMatch(word -> word.equals("-" + name) || word.equalsIgnoreCase("-" + name + "=" + TRUE));
        }
        ArgSpec option = spec.findOption(name);
        return option != null && Boolean.TRUE.equals(option.getValue());
    }

    /** What to throw for words that can be parsed, but not be obeyed. */
    ParameterException wrong(String message) {
        return WrongUsage.of(spec.commandLine(), message);
    }

    /** The same where one of the values says why. */
    ParameterException wrong(IllegalArgumentException why) {
        return wrong(String.valueOf(why.getMessage()));
    }

    /** Each flag, but for that which asks for help. */
    List<OptionSpec> declared() {
        return spec.options().stream().filter(option -> !option.usageHelp()).toList();
    }
}
