// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HelpTest {

    private final RecordingRestore restore = RecordingRestore.succeeding();

    @ParameterizedTest
    @ValueSource(strings = {"help", "-h", "-help", "--help", "help help", "help -h", "-h restore -o x.db"})
    void givesOverview(String line) {
        CommandRun run = CommandRun.of(restore, line.split(" "));
        assertThat(run).isEqualTo(new CommandRun(0, HelpCommand.OVERVIEW, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"restore -h", "restore -help", "restore --help", "help restore", "restore -help file:///a"})
    void givesHelpOfRestore(String line) {
        CommandRun run = CommandRun.of(restore, line.split(" "));
        assertThat(run).isEqualTo(new CommandRun(0, RestoreCommand.HELP, ""));
    }

    @Test
    void givesOverviewAsErrorWithoutCommand() {
        assertThat(CommandRun.of(restore)).isEqualTo(new CommandRun(2, "", HelpCommand.OVERVIEW));
    }

    @ParameterizedTest
    @CsvSource({
        "version, Prints the versions",
        "backends, Lists the storage backends",
        "generations, Lists the generations",
        "snapshots, Lists the snapshots",
        "wal, Lists the WAL segments",
        "log, Lists the transactions",
        "verify, Proves that a replica can be restored",
        "copy, Copies a replica",
        "prune, Deletes from a replica what no restore inside a window needs",
        "databases, Lists the databases",
        "info, Says on one page"
    })
    void givesHelpOfCommand(String command, String beginning) {
        assertThat(CommandRun.of(restore, "help", command).out()).startsWith(beginning);
        assertThat(CommandRun.of(restore, command, "-help").out()).startsWith(beginning);
    }

    static Stream<Command> commandsWithFlags() {
        return Stream.of(
                new RestoreCommand(RecordingRestore.succeeding()),
                new GenerationsCommand(),
                new SnapshotsCommand(),
                new WalCommand(),
                new LogCommand(),
                new VerifyCommand(),
                new PruneCommand(),
                new DatabasesCommand(),
                new CopyCommand(),
                new InfoCommand());
    }

    @ParameterizedTest
    @MethodSource("commandsWithFlags")
    void namesEveryFlagAndNoOther(Command command) {
        String[] known = command.flags().declared().stream()
                .map(option -> option.names()[0])
                .toArray(String[]::new);
        String[] told = Pattern.compile("(?m)^  (-[a-z-]+)(?=[ ,])")
                .matcher(command.help())
                .results()
                .map(match -> match.group(1))
                .filter(flag -> !flag.equals("-h"))
                .toArray(String[]::new);
        assertThat(told).containsExactlyInAnyOrder(known);
    }

    @ParameterizedTest
    @MethodSource("commandsWithFlags")
    void everyFlagHasItsTwin(Command command) {
        command.flags()
                .declared()
                .forEach(option -> assertThat(Arrays.asList(option.names()))
                        .containsExactly(option.names()[0], "-" + option.names()[0]));
    }

    @Test
    void namesEveryExitCode() {
        for (ExitCode code : ExitCode.values()) {
            assertThat(ExitCodes.TEXT).containsPattern("(?m)^  " + code.number() + " ");
        }
    }

    @ParameterizedTest
    @MethodSource("commandsWithFlags")
    void fitsNarrowTerminal(Command command) {
        assertThat((HelpCommand.OVERVIEW + command.help()).lines())
                .allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(100));
    }

    @Test
    void everyNamedCommandIsThere() {
        Commands commands = new Commands(restore);
        assertThat(Commands.NAMES)
                .allSatisfy(name -> assertThat(commands.named(name))
                        .as(name)
                        .hasValueSatisfying(command -> assertThat(HelpCommand.OVERVIEW + command.help())
                                .contains("tailrace " + name)));
        assertThat(commands.named("tailrace")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "-version", "--version", "-version restore"})
    void givesVersion(String line) {
        CommandRun run = CommandRun.of(restore, line.split(" "));
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("tailrace ")
                .contains("java     " + System.getProperty("java.version"))
                .contains("lz4      none: no LZ4 compression: add the jar");
    }

    @Test
    void givesVersionAsJson() {
        JsonObject version = JsonParser.parseString(
                        CommandRun.of(restore, "version", "-json").out())
                .getAsJsonObject();
        assertThat(version.keySet()).containsExactly("version", "java_version", "java_vendor", "lz4");
    }

    @Test
    void listsBackends() {
        CommandRun run = CommandRun.of(restore, "backends");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).containsPattern("backend +fake, phony +- +.*test-classes");
        assertThat(run.err()).contains("NoSuchBackend").contains("no LZ4 compression");
    }

    @Test
    void listsBackendsAsOneJsonArray() {
        JsonArray list = JsonParser.parseString(
                        CommandRun.of(restore, "backends", "-json").out())
                .getAsJsonArray();
        assertThat(list.get(0).getAsJsonObject().get("schemes")).hasToString("[\"fake\",\"phony\"]");
        assertThat(list.asList())
                .extracting(each -> each.getAsJsonObject().get("kind").getAsString())
                .containsExactly("backend", "broken", "broken");
    }
}
