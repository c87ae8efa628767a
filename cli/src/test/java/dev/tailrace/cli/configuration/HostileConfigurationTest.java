// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no configuration, by mistake or by intent, is refused quickly, with its line and without its values. */
final class HostileConfigurationTest {

    @TempDir
    Path folder;

    private static Configuration read(String text) {
        return Configuration.of(text, "c.yml", Map.of(), true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password: 'pl4ntedkey",
                "dbs:\n  - path: pl4ntedkey: x",
                "dbs:\n\t- path: pl4ntedkey",
                "password: *pl4ntedkey",
                "password: @pl4ntedkey",
                "password: !pl4ntedkey x",
                "password: !!binary pl4ntedkey",
                "password: !!java.net.URL [pl4ntedkey]",
                "password: {pl4ntedkey: x}",
                "password: [[pl4ntedkey]]",
                "dbs: pl4ntedkey",
                "dbs: {path: pl4ntedkey}",
                "dbs: [pl4ntedkey]",
                "dbs: [{path: /a.db, replicas: pl4ntedkey}]",
                "dbs: [{path: /a.db, replicas: {password: pl4ntedkey}}]",
                "dbs: [{path: /a.db, replica: [{password: pl4ntedkey}]}]",
                "dbs: [{path: /a.db, replicas: [{password: pl4ntedkey, password: pl4ntedkey}]}]",
                "dbs: [{path: /a.db, dir: /b, replicas: [{password: pl4ntedkey}]}]",
                "dbs: [{replicas: [{password: pl4ntedkey}]}]",
                "<<: pl4ntedkey",
                "pl4ntedkey",
                "- pl4ntedkey",
                "? {password: pl4ntedkey}\n: x",
                "a: &a {<<: *a, password: pl4ntedkey}\ndbs: [*a]",
                "password: \"pl4ntedkey\\q\"",
                "password: \u0001pl4ntedkey",
                "dbs: [{path: /a\u0000pl4ntedkey}]",
                "dbs: [{path: \"/a\\0pl4ntedkey\"}]",
                "password: \"pl4ntedkey\\x\"",
                "password: \"pl4ntedkey\\U0011",
            })
    void isRefusedWithoutItsValues(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(ConfigurationException.class)
                .satisfies(failure -> {
                    assertThat(failure.getMessage()).startsWith("c.yml").doesNotContainIgnoringCase("pl4ntedkey");
                    assertThat(failure.getMessage().lines()).hasSize(1);
                    assertThat(failure.getCause()).isNull();
                });
    }

    @Test
    void pathsThatNoFileCanHaveAreRefusedWithTheirLine() {
        Configuration configuration = read("dbs:\n- path: /a.db\n  replica:\n    path: \"/b\\0pl4ntedkey\"\n");
        ConfiguredReplica replica = configuration.databases().get(0).replicas().get(0);
        assertThatThrownBy(replica::address)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("c.yml:4: a path that no file can have")
                .hasMessageNotContaining("pl4ntedkey");
    }

    @Test
    void isRefusedWithItsLine() {
        assertThatThrownBy(() -> read("dbs:\n  - path: /a.db\n    path: /b.db\n"))
                .hasMessage("c.yml:3: key given twice: \"path\"");
        assertThatThrownBy(() -> read("dbs:\n  - path: /a.db\n    replicas: \"x\n"))
                .hasMessageStartingWith("c.yml:4: not valid YAML;");
        assertThatThrownBy(() -> read("dbs:\n- path: !x /a.db")).hasMessageStartingWith("c.yml:2: a tag (!)");
    }

    @Test
    void hasBoundsInDepthAndInWhatAliasesMakeOfIt() {
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (String deep : new String[] {"[", "{a: ", "- ", "a:\n"}) {
                assertThatThrownBy(() -> read("x: " + deep.repeat(200_000))).isInstanceOf(ConfigurationException.class);
            }
            assertThatThrownBy(() -> read("x: " + "[".repeat(40) + "]".repeat(40)))
                    .hasMessageContaining("nested more than 32 deep");
            StringBuilder many = new StringBuilder("r: &r [{path: /b}");
            many.append(", {path: /b}".repeat(2_000)).append("]\ndbs:\n");
            many.append("  - {path: /a.db, replicas: *r}\n".repeat(5_000));
            assertThatThrownBy(() -> read(many.toString())).hasMessageContaining("aliases (*) multiply");
            StringBuilder laughs = new StringBuilder("a0: &a0 {x: y}\n");
            for (int i = 1; i < 30; i++) {
                laughs.append(
                        "a" + i + ": &a" + i + " {<<: [" + ("*a" + (i - 1) + ", ").repeat(9) + "*a" + (i - 1) + "]}\n");
            }
            laughs.append("<<: *a29\n");
            assertThatThrownBy(() -> read(laughs.toString())).isInstanceOf(ConfigurationException.class);
        });
    }

    @Test
    void takesTheFirstDocumentAsLitestreamDoes() {
        assertThat(read("dbs: [{path: /a.db}]\n---\ndbs: [{path: /b.db}]\n").databases())
                .extracting(ConfiguredDatabase::path)
                .containsExactly(Path.of("/a.db"));
    }

    @Test
    void fileMustBeThereReadableShortAndText() throws IOException {
        assertThatThrownBy(() -> read(folder.resolve("none.yml")))
                .hasMessage("config file not found: " + folder.resolve("none.yml")
                        + "; name it with -config or LITESTREAM_CONFIG");
        assertThatThrownBy(() -> read(folder)).hasMessageContaining("it is a folder");
        Path big = Files.write(folder.resolve("big.yml"), new byte[YamlText.MAX_CHARACTERS + 1]);
        assertThatThrownBy(() -> read(big)).hasMessageContaining("has more than");
        Path latin = Files.write(folder.resolve("latin.yml"), "# gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> read(latin)).hasMessageContaining("not written in UTF-8");
        Path marked = Files.writeString(folder.resolve("marked.yml"), "\uFEFFdbs: [{path: /gr\u00fcn.db}]");
        assertThat(read(marked).databases().get(0).path()).isEqualTo(Path.of("/gr\u00fcn.db"));
    }

    private static Configuration read(Path file) {
        return Configuration.read(file, Map.of(), true);
    }

    @Test
    void fileIsFoundWhereLitestreamLooks() {
        Map<String, String> environment = Map.of("LITESTREAM_CONFIG", "/etc/x.yml");
        assertThat(ConfigurationFile.find(Optional.of("/a.yml"), environment)).isEqualTo(Path.of("/a.yml"));
        assertThat(ConfigurationFile.find(Optional.empty(), environment)).isEqualTo(Path.of("/etc/x.yml"));
        assertThat(ConfigurationFile.find(Optional.of(""), environment)).isEqualTo(Path.of("/etc/x.yml"));
        assertThat(ConfigurationFile.find(Optional.of("~/a.yml"), environment))
                .isEqualTo(Path.of(System.getProperty("user.home"), "a.yml"));
        Path usual = Path.of("/etc/litestream.yml");
        if (!Files.exists(usual)) {
            assertThat(ConfigurationFile.find(Optional.empty(), Map.of("LITESTREAM_CONFIG", "")))
                    .isEqualTo(usual);
        }
    }
}
