// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.workload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The oracle finds no difference, and would find one. */
@Tag("thorough")
class OracleTest {

    private static final Pattern REDUCED =
            Pattern.compile("reduced to (\\d+) of (\\d+) steps: \\./oracle (--seed .* --layout .* --steps \\S+)");
    private static final int LARGE = 50_000;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @ParameterizedTest
    @EnumSource(OracleLayout.class)
    void everyCommitIsRestoredAsSqliteHasIt(OracleLayout layout) throws Exception {
        int code = oracle(RestoredFile.UNCHANGED, "--seed", "1", "--rounds", "2", "--layout", layout.toString());

        assertThat(code).as(printed()).isZero();
        Matcher report = Pattern.compile("in all: 2 workloads, (\\d+) states").matcher(printed());
        assertThat(report.find()).as(printed()).isTrue();
        assertThat(Integer.parseInt(report.group(1))).isGreaterThan(20);
    }

    @Test
    @Tag("slow")
    void manyMoreAreRestoredAsSqliteHasThem() throws Exception {
        int code = oracle(RestoredFile.UNCHANGED, "--seed", "1000", "--rounds", "60");
        System.out.println(printed());
        assertThat(code).as(printed()).isZero();
    }

    /** The wrong answer: a database that is large has another last byte. */
    @ParameterizedTest
    @EnumSource(
            value = OracleLayout.class,
            names = {"V03_FLAT", "LTX_FOLDER"})
    void aWrongAnswerIsReducedToTheStepsThatLeadToIt(OracleLayout layout) throws Exception {
        int code = oracle(OracleTest::spoilIfLarge, "--seed", "3", "--rounds", "1", "--layout", layout.toString());

        assertThat(code).as(printed()).isEqualTo(1);
        Matcher reduced = REDUCED.matcher(printed());
        assertThat(reduced.find()).as(printed()).isTrue();
        int left = Integer.parseInt(reduced.group(1));
        assertThat(left).as(printed()).isPositive().isLessThan(4);
        assertThat(Integer.parseInt(reduced.group(2))).isGreaterThan(3 * left);
        String[] again = reduced.group(3).split(" ");
        assertThat(oracle(OracleTest::spoilIfLarge, again)).as("the same again").isEqualTo(1);
        assertThat(oracle(RestoredFile.UNCHANGED, again)).as("the right answer").isZero();
        try (Stream<Path> databases = Files.list(folder)) {
            assertThat(databases).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--seed", "--colour red", "--layout v9", "--rounds many", "--steps 1,2"})
    void whatItDoesNotUnderstandIsRefused(String arguments) throws Exception {
        assertThat(oracle(RestoredFile.UNCHANGED, arguments.split(" "))).isEqualTo(2);
        assertThat(printed()).startsWith("oracle: ");
    }

    @Test
    void shrinkingLeavesOutAllThatIsNotNeeded() throws Exception {
        List<Integer> all = IntStream.range(0, 40).boxed().toList();
        List<Integer> needed = List.of(3, 17, 18, 39);
        List<List<Integer>> trials = new ArrayList<>();
        List<Integer> left = Shrinking.shrink(all, 300, some -> {
            trials.add(some);
            return some.containsAll(needed);
        });
        assertThat(left).isEqualTo(needed);
        assertThat(trials).hasSizeLessThan(150);
        assertThat(Shrinking.shrink(all, 2, some -> some.containsAll(needed))).containsAll(needed);
        assertThat(Shrinking.shrink(all, 300, some -> true)).isEmpty();
    }

    private int oracle(RestoredFile restored, String... arguments) throws Exception {
        printed.reset();
        try (PrintStream out = new PrintStream(printed, true, UTF_8)) {
            return OracleCommand.run(List.of(arguments), folder, List.of(), restored, out);
        }
    }

    private String printed() {
        return printed.toString(UTF_8);
    }

    private static void spoilIfLarge(Path database) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(database.toFile(), "rw")) {
            if (file.length() > LARGE) {
                file.seek(file.length() - 1);
                int last = file.read();
                file.seek(file.length() - 1);
                file.write(last ^ 1);
            }
        }
    }
}
