// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.ltx.LtxPage;
import dev.tailrace.ltx.LtxPageEncoding;
import dev.tailrace.ltx.LtxReader;
import dev.tailrace.ltx.LtxWriter;
import dev.tailrace.testkit.ExpectedRestore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@code LtxWriter} writes, real Litestream restores. Needs {@code litestream} 0.5.16 or a later 0.5 on the PATH, and is
 * skipped without it.
 */
class LtxLitestreamTest {

    private static final BlockCompression COMPRESSION = BlockCompressions.installed();
    /** The first that reads both encodings of pages. */
    private static final String OLDEST = "0.5.16";

    private static final Pattern VERSION = Pattern.compile("v?0\\.5\\.(1[6-9]|[2-9][0-9])\\b.*");

    @TempDir
    Path folder;

    @BeforeAll
    static void needsLitestream() throws Exception {
        String version;
        try {
            version = run("litestream", "version").strip();
            if (version.equals("(development build)")
                    && run("litestream", "restore", "-h").contains("-txid")) {
                version = OLDEST;
            }
        } catch (IOException e) {
            version = "none: " + e.getMessage();
        }
        Assumptions.assumeTrue(
                VERSION.matcher(version).matches(),
                "skipped, it needs litestream " + OLDEST + " or a later 0.5 on the PATH; there is " + version);
    }

    @ParameterizedTest
    @CsvSource({
        "tiny, FRAME",
        "tiny, SIZED_BLOCK",
        "levels, FRAME",
        "levels, SIZED_BLOCK",
        "growshrink, FRAME",
        "growshrink, SIZED_BLOCK",
        "ps512, SIZED_BLOCK",
        "ps65536, FRAME",
        "ps65536, SIZED_BLOCK",
        "frames-v0515, SIZED_BLOCK"
    })
    void litestreamRestoresWhatIsWritten(String scenario, LtxPageEncoding encoding) throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("ltx", scenario);
        Path replica = folder.resolve("replica");
        for (Map.Entry<String, byte[]> object : fixture.objects().entrySet()) {
            Path file = replica.resolve(object.getKey());
            Files.createDirectories(requireNonNull(file.getParent()));
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
                rewrite(object.getKey(), object.getValue(), encoding, out);
            }
            Files.setLastModifiedTime(file, FileTime.from(fixture.times().get(object.getKey())));
        }
        ExpectedRestore latest = fixture.restores().stream()
                .filter(ExpectedRestore::isLatest)
                .findFirst()
                .orElseThrow();
        Path database = folder.resolve("restored.db");

        String output = run("litestream", "restore", "-o", database.toString(), "file://" + replica);

        assertThat(database).as(output).exists();
        assertThat(Digest.of(Files.readAllBytes(database)))
                .as(output)
                .isEqualTo(latest.sha256().orElseThrow());
    }

    private static void rewrite(String key, byte[] file, LtxPageEncoding encoding, OutputStream out)
            throws IOException {
        LtxReader reader = new LtxReader(key, new ByteArrayInputStream(file), COMPRESSION);
        LtxWriter writer = new LtxWriter(out, reader.header(), encoding, COMPRESSION);
        LtxPage page = new LtxPage();
        byte[] decoded = new byte[reader.header().pageSize()];
        while (reader.nextPage(page)) {
            reader.decode(page, decoded, 0);
            reader.accept(page, decoded, 0);
            writer.writePage(page.number(), decoded, 0);
        }
        reader.finish();
        writer.finish();
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("does not end: " + String.join(" ", command));
        }
        return output;
    }
}
