// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.KeyPair;
import com.jcraft.jsch.UserInfo;
import dev.tailrace.error.StoreAccessException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostKeyCheckTest {

    private static final String HOST = "[host]:2222";

    @TempDir
    Path folder;

    private byte[] key;
    private byte[] other;

    @BeforeEach
    void makeKeys() throws Exception {
        key = KeyPair.genKeyPair(new JSch(), KeyPair.ED25519, 0).getPublicKeyBlob();
        other = KeyPair.genKeyPair(new JSch(), KeyPair.ED25519, 0).getPublicKeyBlob();
    }

    private HostKeyCheck check(Optional<String> pin, boolean insecure) throws StoreAccessException {
        return new HostKeys(pin, List.of(folder.resolve("known_hosts"), folder.resolve("more")), insecure)
                .check("sftp://jo@host:2222");
    }

    private static String line(byte[] known) {
        return "ssh-ed25519 " + Base64.getEncoder().encodeToString(known);
    }

    @Test
    void aKeyIsUnknownWithoutAnyFile() throws Exception {
        assertThat(check(Optional.empty(), false).check(HOST, key)).isEqualTo(HostKeyRepository.NOT_INCLUDED);
    }

    @Test
    void everyKnownHostsFileCounts() throws Exception {
        Files.writeString(folder.resolve("known_hosts"), "# none here\nother.host " + line(other));
        Files.writeString(folder.resolve("more"), HOST + " " + line(key) + "\n");
        HostKeyCheck check = check(Optional.empty(), false);

        assertThat(check.check(HOST, key)).isEqualTo(HostKeyRepository.OK);
        assertThat(check.check(HOST, other)).isEqualTo(HostKeyRepository.CHANGED);
        assertThat(check.check("other.host", other)).isEqualTo(HostKeyRepository.OK);
        assertThat(check.check("third.host", other)).isEqualTo(HostKeyRepository.NOT_INCLUDED);
        assertThat(check.getHostKey(HOST, null)).hasSize(1);
    }

    @Test
    void aPinIsAllThatCounts() throws Exception {
        Files.writeString(folder.resolve("known_hosts"), HOST + " " + line(other) + "\n");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
        String fingerprint = "SHA256:" + Base64.getEncoder().encodeToString(digest);
        for (String pin : List.of(fingerprint, fingerprint.replace("=", ""), line(key), line(key) + " jo@host")) {
            HostKeyCheck check = check(Optional.of(pin), false);
            assertThat(check.check(HOST, key)).as(pin).isEqualTo(HostKeyRepository.OK);
            assertThat(check.check(HOST, other)).as(pin).isEqualTo(HostKeyRepository.CHANGED);
        }
    }

    @Test
    void anythingGoesOnlyWhereThatWasAskedFor() throws Exception {
        assertThat(check(Optional.empty(), true).check(HOST, key)).isEqualTo(HostKeyRepository.OK);
    }

    @Test
    void nothingIsEverTakenOnTrust() throws Exception {
        HostKeyCheck check = check(Optional.empty(), false);
        HostKey seen = new HostKey(HOST, key);
        UserInfo nobody = null;
        assertThatThrownBy(() -> check.add(seen, nobody)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> check.remove(HOST, "ssh-ed25519")).isInstanceOf(UnsupportedOperationException.class);
        assertThat(folder.resolve("known_hosts")).doesNotExist();
    }
}
