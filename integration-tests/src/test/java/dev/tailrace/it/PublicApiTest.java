// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What published modules let programs use changes only on purpose: {@code api} has it, a file for each module. */
class PublicApiTest {

    /** Writes down what is there instead of comparing it. */
    private static final boolean ACCEPT = Boolean.getBoolean("tailrace.api.accept");

    private static final String HOW_TO_ACCEPT = "mvn -pl integration-tests -am test -Dtest=PublicApiTest "
            + "-Dsurefire.failIfNoSpecifiedTests=false -Dtailrace.api.accept=true";

    @ParameterizedTest
    @CsvSource({
        "core, dev.tailrace.Tailrace",
        "codec-lz4, dev.tailrace.codec.lz4.Lz4JavaCompression",
        "testkit, dev.tailrace.testkit.ReplicaFixture",
        "client-azure, dev.tailrace.client.azure.AzureObjectStoreProvider",
        "client-file, dev.tailrace.client.file.FileObjectStoreProvider",
        "client-gcs, dev.tailrace.client.gcs.GcsObjectStoreProvider",
        "client-s3, dev.tailrace.client.s3.S3ObjectStoreProvider",
        "client-sftp, dev.tailrace.client.sftp.SftpObjectStoreProvider"
    })
    void changesOnlyTogetherWithWhatIsWrittenDown(String module, String type) throws Exception {
        Path file = Checkout.root().resolve("api").resolve(module + ".txt");
        List<String> there = PublicApi.ofModuleOf(Class.forName(type));
        assertThat(there).anyMatch(line -> line.startsWith(type + " is "));
        if (ACCEPT) {
            Files.createDirectories(file.getParent());
            Files.write(file, there);
        }
        List<String> changes = changes(Files.exists(file) ? Files.readAllLines(file) : List.of(), there);
        if (!changes.isEmpty()) {
            fail("what " + module + " lets programs use is not what api/" + module + ".txt says:\n"
                    + String.join("\n", changes) + "\nIf that is on purpose, write it down: " + HOW_TO_ACCEPT);
        }
    }

    @Test
    void whatWasAddedAndTakenAwayIsNamed() {
        assertThat(changes(
                        List.of("a is class", "a has int b()", "a has int c()"),
                        List.of("a is class", "a has long b()", "a has int c()")))
                .containsExactly("- a has int b()", "+ a has long b()");
        assertThat(changes(List.of("a is class"), List.of("a is class"))).isEmpty();
    }

    @Test
    void everyKindOfTypeAndMemberHasItsLine() {
        String samples = ApiSamples.class.getName();
        assertThat(lines(ApiSamples.Shape.class))
                .containsExactly(
                        "is sealed interface<T extends Number & Comparable<T>> extends Iterable<T>"
                                + " permits ApiSamples.Square, ApiSamples.Round",
                        "has List<T> sizes()",
                        "has default boolean isFlat()",
                        "has static <E extends Exception> void check(List<? super E>, int[], String...) throws E",
                        "has static final int CORNERS = 4");
        assertThat(lines(ApiSamples.Square.class))
                .containsExactly(
                        "is record(double side) implements ApiSamples.Shape<Integer>",
                        "has Iterator<Integer> iterator()",
                        "has List<Integer> sizes()",
                        "has double side()",
                        "has new(double)");
        assertThat(lines(ApiSamples.Round.class))
                .containsExactly(
                        "is abstract static class extends ApiSamples.Base implements ApiSamples.Shape<Integer>",
                        "has protected new(long)",
                        "has protected static final String NAME = round",
                        "has void ofTheBase()");
        assertThat(lines(ApiSamples.Colour.class))
                .containsExactly("is enum", "has ApiSamples.Colour next()", "has constant RED");
        assertThat(lines(ApiSamples.Hidden.class)).isEmpty();
        assertThat(PublicApi.ofType(ApiSamples.Colour.class)).allMatch(line -> line.startsWith(samples + ".Colour "));
    }

    /** Without the name of the type. */
    private static List<String> lines(Class<?> type) {
        return PublicApi.ofType(type).stream()
                .map(line -> line.substring(type.getCanonicalName().length() + 1))
                .toList();
    }

    /** What is only in {@code old}, after "-", and what is only in {@code now}, after "+"; those of a type together. */
    private static List<String> changes(List<String> old, List<String> now) {
        List<String> changes = new ArrayList<>();
        old.stream().filter(line -> !now.contains(line)).forEach(line -> changes.add("- " + line));
        now.stream().filter(line -> !old.contains(line)).forEach(line -> changes.add("+ " + line));
        return changes;
    }
}
