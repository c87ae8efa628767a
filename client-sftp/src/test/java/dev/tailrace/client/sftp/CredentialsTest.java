// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {

    @TempDir
    Path home;

    private Credentials find(String url, StoreSettings settings) throws StoreAccessException {
        ReplicaUrl parsed = ReplicaUrl.parse(url);
        return Credentials.find(parsed, SftpOptions.of(parsed, settings), settings, "sftp://jo@host/app", home);
    }

    private static StoreSettings environment(Map<String, String> variables) {
        return StoreSettings.defaults().withEnvironment(variables);
    }

    private static Optional<String> password(Credentials credentials) {
        return credentials.password().map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void passwordOfTheUrlWinsThenThatOfTheSettingsThenTheVariable() throws IOException {
        StoreSettings variable = environment(Map.of("LITESTREAM_SFTP_PASSWORD", "pl4nted-third"));
        StoreSettings setting = variable.with("password", "pl4nted-second");

        assertThat(password(find("sftp://jo:pl4nted-first@host/app", setting))).contains("pl4nted-first");
        assertThat(password(find("sftp://jo@host/app", setting))).contains("pl4nted-second");
        assertThat(password(find("sftp://jo@host/app", variable))).contains("pl4nted-third");
    }

    @Test
    void keyOfTheUrlWinsThenThatOfTheSettingsThenTheVariable() throws IOException {
        for (String name : new String[] {"first", "second", "third"}) {
            Files.writeString(home.resolve(name), "key");
        }
        StoreSettings variable = environment(
                Map.of("LITESTREAM_SFTP_KEY_PATH", home.resolve("third").toString()));
        StoreSettings setting = variable.with("key-path", home.resolve("second").toString());

        assertThat(find("sftp://jo@host/app?key-path=~/first", setting).described())
                .endsWith("/first");
        assertThat(find("sftp://jo@host/app", setting).described()).endsWith("/second");
        assertThat(find("sftp://jo@host/app", variable).described()).endsWith("/third");
        assertThat(find("sftp://jo:pl4ntedword@host/app", variable).described())
                .contains("/third")
                .endsWith("and the password given");
    }

    @Test
    void usualKeysAndAgentAreForThoseWhoGiveNothing() throws IOException {
        Path ssh = Files.createDirectory(home.resolve(".ssh"));
        Files.writeString(ssh.resolve("id_rsa"), "key");
        Path socket = Files.writeString(home.resolve("agent"), "stands for a socket");
        StoreSettings agent = environment(Map.of("SSH_AUTH_SOCK", socket.toString()));

        assertThat(find("sftp://jo@host/app", agent).described())
                .isEqualTo("the keys of the agent and the key " + ssh.resolve("id_rsa"));
        assertThat(find("sftp://jo:pl4ntedword@host/app", agent).described()).isEqualTo("the password given");
    }

    @Test
    void nothingIsRefusedWithWhatToSet() {
        StoreSettings gone = environment(Map.of("SSH_AUTH_SOCK", "/no/such/socket", "LITESTREAM_SFTP_PASSWORD", ""));
        assertThatThrownBy(() -> find("sftp://jo@host/app", gone))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContainingAll("no credentials found", "LITESTREAM_SFTP_PASSWORD", "SSH_AUTH_SOCK");
    }

    @Test
    void secretsAreNotShown() throws IOException {
        Path key = Files.writeString(home.resolve("key"), "pl4ntedkey");
        Credentials found = find(
                "sftp://jo:pl4ntedword@host/app?key-path=" + key,
                environment(Map.of("LITESTREAM_SFTP_KEY_PASSPHRASE", "pl4ntedphrase")));
        assertThat(found.toString())
                .doesNotContain("pl4ntedword")
                .doesNotContain("pl4ntedkey")
                .doesNotContain("pl4ntedphrase");
        Login login = new Login(
                "host",
                22,
                "jo",
                found,
                new HostKeys(Optional.empty(), List.of(home), false),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));
        assertThat(login.toString()).doesNotContain("pl4ntedword").doesNotContain("pl4ntedphrase");
    }
}
