// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.testkit.internal.ProcessTitles;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who has a key needs none of the library for logins: not on the class path, and if it is there, not loaded. */
class LoginIsOptionalTest {

    /** Opens a store in a process of its own, and tells what came of it. */
    static final class Opening {

        private Opening() {}

        public static void main(String[] arguments) throws Exception {
            ReplicaUrl url = ReplicaUrl.parse("abs://account@container/app");
            try (ObjectStore store = new AzureObjectStoreProvider().open(url, StoreSettings.defaults())) {
                System.out.println("opened " + store.location());
            } catch (StoreAccessException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    private static String opening(String classPath, String key) throws Exception {
        ProcessBuilder process = ProcessTitles.builder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-verbose:class",
                        "-cp",
                        classPath,
                        Opening.class.getName())
                .redirectErrorStream(true);
        process.environment().keySet().removeIf(name -> name.contains("AZURE"));
        if (!key.isEmpty()) {
            process.environment().put("LITESTREAM_AZURE_ACCOUNT_KEY", key);
        }
        Process started = process.start();
        String output = new String(started.getInputStream().readAllBytes(), UTF_8);
        assertThat(started.waitFor()).as(output).isZero();
        return output;
    }

    private static String classPath(boolean withLogins) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry ->
                        withLogins || !Path.of(entry).getFileName().toString().matches("(azure-identity|msal4j).*"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void withAKeyTheLibraryForLoginsIsNotNeeded() throws Exception {
        assertThat(classPath(true)).contains("azure-identity");
        assertThat(classPath(false)).doesNotContain("azure-identity");
        assertThat(opening(classPath(false), "a2V5")).contains("opened abs://account@container/app");
    }

    @Test
    void withAKeyTheLibraryForLoginsIsNotLoaded() throws Exception {
        assertThat(opening(classPath(true), "a2V5"))
                .contains("opened abs://account@container/app")
                .contains("com.azure.storage.blob")
                .doesNotContain("com.azure.identity.")
                .doesNotContain("com.microsoft.aad");
    }

    @Test
    void withoutAKeyItsAbsenceIsSaid() throws Exception {
        assertThat(opening(classPath(false), "")).contains("refused: ").contains("azure-identity");
    }
}
