// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.copy.CopyOptions;
import dev.tailrace.copy.ReplicaCopier;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProviders;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.testkit.ExpectedRestore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real Litestream restores from copies what it restored from their sources. Needs {@code litestream} on the PATH, 0.3 for the
 * replicas that it wrote and 0.5 for LTX files; skipped without it.
 */
class LitestreamCopyTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "0.3, v03-flat, tiny",
        "0.3, v03-flat, twogen",
        "0.3, v03-flat, manysnap",
        "0.5, ltx, tiny",
        "0.5, ltx, levels"
    })
    void litestreamRestoresTheCopy(String version, String layout, String scenario) throws Exception {
        Assumptions.assumeTrue(version.equals(installed()), "skipped, it needs litestream " + version + " on the PATH");
        ReplicaFixture fixture = ReplicaFixtures.of(layout, scenario);
        Path copy = folder.resolve("copy");
        ReplicaUrl url = ReplicaUrl.ofFolder(copy);
        try (ObjectStore destination =
                ObjectStoreProviders.installed().forScheme(url.scheme()).open(url, StoreSettings.defaults())) {
            ReplicaCopier.of(fixture.inMemory(), destination, CopyOptions.defaults())
                    .copy();
        }
        ExpectedRestore latest = fixture.restores().stream()
                .filter(expected -> expected.isLatest() && expected.mustMatch())
                .findFirst()
                .orElseThrow();
        Path database = folder.resolve("restored.db");

        String output = run("litestream", "restore", "-o", database.toString(), "file://" + copy);

        assertThat(database).as(output).exists();
        assertThat(Digest.of(Files.readAllBytes(database)))
                .as(output)
                .isEqualTo(latest.sha256().orElseThrow());
    }

    /** The age of the one on the PATH; empty if there is none. */
    private static String installed() throws Exception {
        try {
            run("litestream", "version");
            return run("litestream", "restore", "-h").contains("-txid") ? "0.5" : "0.3";
        } catch (IOException e) {
            return "";
        }
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
