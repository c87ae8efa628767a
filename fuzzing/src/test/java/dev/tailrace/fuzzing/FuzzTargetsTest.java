// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fuzzing.FuzzTargets.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code ./fuzz} does for as long as wanted, in short: all seeds, among them whatever fuzzing has found, and some inputs
 * made of them at random. {@code -Dtailrace.seed=…} makes others, {@code -Dtailrace.fuzz=20} twenty times as many.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuzzTargetsTest {

    private static final long SEED = Long.getLong("tailrace.seed", 20261123L);
    private static final int TIMES = Integer.getInteger("tailrace.fuzz", 1);
    private static final long MOST_BYTES = 300_000;

    static List<Target> targets() {
        return FuzzTargets.all();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void everySeedIsReadAsItMustBe(Target target) throws IOException {
        assertThat(target.seedFiles()).isNotEmpty();
        for (Path file : target.seedFiles()) {
            run(target, Files.readAllBytes(file), file.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void soIsWhatIsMadeOfSeedsAtRandom(Target target) throws IOException {
        SeedMutations mutations = new SeedMutations(target.seeds(), target.longest(), SEED);
        for (int i = 0; i < TIMES * target.mutations(); i++) {
            run(target, mutations.next(), "seed " + SEED + ", input " + i);
        }
    }

    private static void run(Target target, byte[] input, String which) {
        long start = System.nanoTime();
        try {
            target.run().accept(input);
        } catch (Throwable e) {
            throw new AssertionError(
                    target + ", " + which + ", input " + HexFormat.of().formatHex(input), e);
        }
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start))
                .as("%s, %s, seconds", target, which)
                .isLessThan(Bounds.SECONDS);
    }

    @Test
    void everyTargetIsAmongThem() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src/test/java"))) {
            assertThat(sources.map(source -> source.getFileName().toString())
                            .filter(name -> name.endsWith("Fuzz.java"))
                            .map(name -> name.substring(0, name.length() - "Fuzz.java".length())))
                    .containsExactlyInAnyOrderElementsOf(
                            targets().stream().map(Target::name).toList());
        }
    }

    @Test
    void theSeedsAreSmall() throws IOException {
        long bytes = 0;
        for (Target target : targets()) {
            for (byte[] seed : target.seeds()) {
                bytes += seed.length;
            }
        }
        assertThat(bytes).isLessThan(MOST_BYTES);
    }
}
