// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.AgentProxyException;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import com.jcraft.jsch.SSHAgentConnector;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * With what a user logs in: a key file and a password where they are given; where neither is, the agent's keys, and the key
 * files in their usual places. Secrets are in no message, and {@link #toString()} shows none.
 */
final class Credentials {

    static final String PASSWORD_VARIABLE = "LITESTREAM_SFTP_PASSWORD";
    static final String KEY_VARIABLE = "LITESTREAM_SFTP_KEY_PATH";
    static final String PASSPHRASE_VARIABLE = "LITESTREAM_SFTP_KEY_PASSPHRASE";
    private static final String AGENT_VARIABLE = "SSH_AUTH_SOCK";
    private static final List<String> USUAL_KEYS = List.of("id_ed25519", "id_ecdsa", "id_rsa");

    /** A private key as it was read; no record, whose text form would show it. */
    private static final class KeyFile {

        private final Path path;
        private final byte[] content;
        /** Whether nobody has asked for it: then it is passed over if it cannot be used. */
        private final boolean usual;

        KeyFile(Path path, byte[] content, boolean usual) {
            this.path = path;
            this.content = content;
            this.usual = usual;
        }
    }

    private final Optional<String> password;
    private final List<KeyFile> keys;
    private final Optional<Path> agent;
    private final Optional<String> passphrase;

    private Credentials(
            Optional<String> password, List<KeyFile> keys, Optional<Path> agent, Optional<String> passphrase) {
        this.password = password;
        this.keys = keys;
        this.agent = agent;
        this.passphrase = passphrase;
    }

    /**
     * Finds and reads what there is.
     *
     * @param home the folder whose {@code .ssh} has the usual keys
     * @throws StoreAccessException if a key file cannot be read, or there is nothing at all
     */
    static Credentials find(ReplicaUrl url, SftpOptions options, StoreSettings settings, String location, Path home)
            throws StoreAccessException {
        Optional<String> password = url.password()
                .filter(text -> !text.isEmpty())
                .or(() -> settings.value("password"))
                .filter(text -> !text.isEmpty())
                .or(() -> settings.environment(PASSWORD_VARIABLE));
        Optional<String> keyPath = options.text(SftpOptions.KEY_PATH, KEY_VARIABLE);
        Optional<String> passphrase = settings.environment(PASSPHRASE_VARIABLE);
        if (keyPath.isPresent()) {
            KeyFile key = read(expanded(keyPath.get(), home, location), false, location);
            return new Credentials(password, List.of(key), Optional.empty(), passphrase);
        }
        if (password.isPresent()) {
            return new Credentials(password, List.of(), Optional.empty(), passphrase);
        }
        Optional<Path> agent = settings.environment(AGENT_VARIABLE)
                .map(File::new)
                .filter(File::exists)
                .map(File::toPath);
        List<KeyFile> usual = new ArrayList<>();
        for (String name : USUAL_KEYS) {
            Path path = home.resolve(".ssh").resolve(name);
            if (Files.isReadable(path)) {
                usual.add(read(path, true, location));
            }
        }
        if (agent.isEmpty() && usual.isEmpty()) {
            throw new StoreAccessException(
                    "no credentials found for " + location + ": set " + PASSWORD_VARIABLE + " or " + KEY_VARIABLE
                            + ", write ?key-path=… or user:password@ in the URL, or start an agent ("
                            + AGENT_VARIABLE + ")",
                    location,
                    null);
        }
        return new Credentials(Optional.empty(), usual, agent, passphrase);
    }

    private static KeyFile read(Path path, boolean usual, String location) throws StoreAccessException {
        try {
            return new KeyFile(path, Files.readAllBytes(path), usual);
        } catch (IOException e) {
            throw new StoreAccessException(
                    "cannot read the key file " + path + " for " + location + ": " + reason(e)
                            + "; correct the path, or give this user access to it",
                    location,
                    e);
        }
    }

    /** Why a local file cannot be read. */
    static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file";
        }
        return failure instanceof AccessDeniedException ? "permission denied" : String.valueOf(failure.getMessage());
    }

    static Path expanded(String path, Path home, String location) throws StoreAccessException {
        try {
            return path.startsWith("~/") ? home.resolve(path.substring(2)) : Path.of(path);
        } catch (InvalidPathException e) {
            throw new StoreAccessException("no path on this system: " + path + " for " + location, location, e);
        }
    }

    /** The password, as bytes of UTF-8. */
    Optional<byte[]> password() {
        return password.map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Makes the keys known.
     *
     * @throws StoreAccessException if a key that was asked for cannot be used
     */
    void giveTo(JSch jsch, String location) throws StoreAccessException {
        if (agent.isPresent()) {
            try {
                jsch.setIdentityRepository(new AgentIdentityRepository(new SSHAgentConnector(agent.get())));
            } catch (AgentProxyException e) {
                throw new StoreAccessException(
                        "cannot use the agent at " + agent.get() + " for " + location + ": " + e.getMessage(),
                        location,
                        e);
            }
        }
        for (KeyFile key : keys) {
            add(key, jsch, location);
        }
    }

    private void add(KeyFile key, JSch jsch, String location) throws StoreAccessException {
        byte[] secret =
                passphrase.map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(null);
        try {
            KeyPair pair = KeyPair.load(jsch, key.content.clone(), null);
            boolean usable = !pair.isEncrypted() || (secret != null && pair.decrypt(secret.clone()));
            pair.dispose();
            if (usable) {
                jsch.addIdentity(key.path.toString(), key.content.clone(), null, secret);
                return;
            } else if (key.usual) {
                return;
            }
        } catch (JSchException e) {
            if (key.usual) {
                return;
            }
            throw new StoreAccessException(
                    "the key file " + key.path + " for " + location
                            + " holds no private key that can be used; ed25519, ecdsa and rsa keys can, as ssh-keygen"
                            + " makes them",
                    location,
                    e);
        }
        throw new StoreAccessException(
                "the key file " + key.path + " for " + location + " is encrypted"
                        + (secret == null
                                ? "; set " + PASSPHRASE_VARIABLE
                                : ", and not with the passphrase in " + PASSPHRASE_VARIABLE + "; correct it"),
                location,
                null);
    }

    /** For messages: what was offered to the server, without a secret. */
    String described() {
        List<String> offered = new ArrayList<>();
        agent.ifPresent(socket -> offered.add("the keys of the agent"));
        keys.forEach(key -> offered.add("the key " + key.path));
        password.ifPresent(text -> offered.add("the password given"));
        return String.join(" and ", offered);
    }

    @Override
    public String toString() {
        return "Credentials[" + described() + "]";
    }
}
