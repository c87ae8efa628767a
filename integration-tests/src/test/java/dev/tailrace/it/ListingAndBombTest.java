// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.internal.ProcessTitles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link HostileReplicas} in a virtual machine of the size that the command line starts with: typed or right, in its memory. */
class ListingAndBombTest {

    private static final int TIMEOUT_SECONDS = 180;

    private static final Map<String, String> EXPECTED = new LinkedHashMap<>();

    static {
        String damaged = "DamagedReplicaException";
        EXPECTED.put("a day of one segment a second", "right, 86401 objects");
        EXPECTED.put("a large generation among others", "right, 150001 objects");
        EXPECTED.put("a million names", "UnsupportedReplicaException .* TAILRACE_JAVA_OPTS=-Xmx1g");
        EXPECTED.put("a snapshot of zeros, 3000 times its size", damaged + " .* is no SQLite database .*");
        EXPECTED.put("a snapshot that goes on with zeros, cut off by the WAL", "right, 4096 bytes");
        EXPECTED.put("a segment of zeros behind a good header", damaged + " .* other salts .*");
        EXPECTED.put("one transaction of 100 MB on one page", "right, 65536 bytes");
        EXPECTED.put("one transaction of half a million frames", "right, 512 bytes");
        for (String size : List.of("0", "1", "3", "256", "131072", "2147483648", "4294967295")) {
            EXPECTED.put("page size " + size, damaged + " .* no page size .* found " + size + ";.*");
        }
        String tooLarge = damaged + " .* more pages than the whole replica can hold.*";
        EXPECTED.put("a commit to 2^32 - 1 pages", tooLarge);
        EXPECTED.put("a commit to 2^31 pages", tooLarge);
        EXPECTED.put("the last page of 2^32 - 1", tooLarge);
        EXPECTED.put("a page near 2^32 that is cut off", "right, 512 bytes");
        EXPECTED.put("pages all over the numbers there are", tooLarge);
        EXPECTED.put("a snapshot that ends in its first block", damaged + " .* ends inside a block .*");
    }

    @TempDir
    Path folder;

    @Test
    void hostileReplicasEndTypedOrRightInSixtyFourMegabytes() throws Exception {
        Map<String, String> outcomes = run();
        assertThat(outcomes.keySet()).containsExactlyElementsOf(EXPECTED.keySet());
        assertThat(outcomes)
                .allSatisfy((name, outcome) -> assertThat(outcome).as(name).matches(EXPECTED.get(name)));
    }

    private Map<String, String> run() throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        // What Java itself has to say is no outcome.
        Path errors = folder.resolve("errors");
        Process process = ProcessTitles.builder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:MaxDirectMemorySize=36m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostileReplicas.class.getName(),
                        folder.toString())
                .redirectError(errors.toFile())
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .as("ended in time: %s", Files.readString(output))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as(Files.readString(output) + Files.readString(errors))
                .isZero();
        Map<String, String> outcomes = new LinkedHashMap<>();
        for (String line : Files.readAllLines(output)) {
            int colon = line.indexOf(": ");
            outcomes.put(line.substring(0, Math.max(0, colon)), line.substring(colon + 2));
        }
        return outcomes;
    }
}
