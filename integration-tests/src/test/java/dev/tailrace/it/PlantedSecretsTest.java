// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.it.server.AzureServer;
import dev.tailrace.testkit.internal.ProcessTitles;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search for secrets in what tests printed and left, which ends {@code ./check}, finds those that are there. */
@Tag("thorough")
class PlantedSecretsTest {

    /** Not written in one word, or the search would find it in a report of this test. */
    private static final String SECRET = ProcessTitles.MARK + "/+word!";

    @TempDir
    Path folder;

    @Test
    void findsASecretAsItIsAndInUrlsAndInBase64() throws Exception {
        List<String> lines = new ArrayList<>(List.of(
                "sftp://joe:" + SECRET + "@host",
                "password=" + URLEncoder.encode(SECRET, StandardCharsets.UTF_8),
                "host: " + SECRET.toUpperCase(Locale.ROOT),
                "x".repeat(1 << 16) + SECRET));
        for (String before : List.of("", "u", "us", "joe:")) {
            byte[] bytes = (before + SECRET).getBytes(StandardCharsets.UTF_8);
            lines.add("Authorization: Basic " + Base64.getEncoder().encodeToString(bytes));
            lines.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        }
        lines.add("AccountKey=" + AzureServer.KEY);
        lines.add("?sv=2022-11-02&sig=" + "a1B2%2B".repeat(6));
        lines.add("-----BEGIN RSA PRIVATE " + "KEY-----");
        Files.write(Files.createDirectories(folder.resolve("reports/a")).resolve("TEST-x.xml"), lines);

        ToolRun search = search("reports", "not-there");

        assertThat(search.exitCode()).isEqualTo(1);
        assertThat(search.lines()).hasSize(lines.size() + 1);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(search.lines().get(i)).startsWith("reports/a/TEST-x.xml:" + (i + 1) + ": ");
        }
        assertThat(String.join("\n", search.lines())).doesNotContainIgnoringCase(ProcessTitles.MARK);
    }

    @Test
    void findsASecretInTheNameOfAFile() throws Exception {
        Files.createFile(folder.resolve("app-" + ProcessTitles.MARK + ".db"));
        assertThat(search(".").exitCode()).isEqualTo(1);
    }

    @Test
    void findsNothingInWhatIsMaskedOrOnlySpeaksOfSecrets() throws Exception {
        Files.writeString(
                folder.resolve("log"),
                "a planted secret\nsftp://joe:***@host?sig=***&X-Amz-Signature=***\nPRIVATE KEY missing in key.json\n");
        ToolRun search = search("log");
        assertThat(search.lines()).containsExactly("1 files, 0 MB");
        assertThat(search.exitCode()).isZero();
    }

    @ParameterizedTest(name = "{index}")
    @ValueSource(
            strings = {"sftp://joe:" + ProcessTitles.MARK + "@host", "abs://a@c?sv=1&sig=x", "KEY=" + AzureServer.KEY})
    void noCommandWithASecretIsStarted(String word) {
        assertThatThrownBy(() -> ProcessTitles.builder("tailrace", "restore", word))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("word 2 of a command of tailrace is a secret");
    }

    /** Other programs than Tailrace, by their sources; and a class of the core's tests, which have no secrets. */
    private static final Set<String> STARTS_OTHERS = Set.of(
            "CertificateIT.java", // keytool
            "ChildProcess.java",
            "FileObjectStoreTest.java", // mkfifo
            "Litestream.java",
            "LitestreamCopyTest.java",
            "LtxLitestreamTest.java",
            "RecordingServer.java", // keytool
            "SftpContractIT.java"); // ssh-agent

    @Test
    void everyTestThatStartsTailraceHasItsCommandLookedAt() throws IOException {
        String start = "new " + "ProcessBuilder(";
        try (Stream<Path> sources = Files.find(
                Checkout.root(), 12, (path, attributes) -> path.toString().matches(".*/src/test/java/.*\\.java"))) {
            TreeSet<String> starting = new TreeSet<>();
            for (Path source : (Iterable<Path>) sources::iterator) {
                if (Files.readString(source).contains(start)) {
                    starting.add(String.valueOf(source.getFileName()));
                }
            }
            assertThat(starting).containsExactlyInAnyOrderElementsOf(STARTS_OTHERS);
        }
    }

    private ToolRun search(String... places) throws IOException, InterruptedException {
        return ToolRun.of("PlantedSecrets.java", folder, places);
    }
}
