// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSchChangedHostKeyException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.JSchRevokedHostKeyException;
import com.jcraft.jsch.UserInfo;
import dev.tailrace.error.StoreAccessException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** The look at the key that a server shows at one login. It remembers that key, so that a refusal can tell it. */
final class HostKeyCheck implements HostKeyRepository {

    private static final HostKey[] NONE = {};
    private static final int LONGEST_TYPE = 64;

    /**
     * A key that was shown.
     *
     * @param key in Base64
     */
    private record Shown(String host, String key) {

        byte[] bytes() {
            return Base64.getDecoder().decode(key);
        }

        String type() {
            ByteBuffer content = ByteBuffer.wrap(bytes());
            int length = content.remaining() < Integer.BYTES ? 0 : content.getInt();
            if (length <= 0 || length > LONGEST_TYPE || length > content.remaining()) {
                return "unknown";
            }
            byte[] name = new byte[length];
            content.get(name);
            String type = new String(name, StandardCharsets.US_ASCII);
            return type.matches("[A-Za-z0-9@.-]+") ? type : "unknown";
        }

        /** As a line of a known_hosts file. */
        String line() {
            return host + " " + type() + " " + key;
        }
    }

    private final HostKeys allowed;
    private final HostKeyRepository known;
    private final String location;
    private Optional<Shown> shown = Optional.empty();

    HostKeyCheck(HostKeys allowed, HostKeyRepository known, String location) {
        this.allowed = allowed;
        this.known = known;
        this.location = location;
    }

    @Override
    public synchronized int check(String host, byte[] key) {
        shown = Optional.of(new Shown(host, Base64.getEncoder().encodeToString(key)));
        if (allowed.insecure()) {
            return OK;
        }
        return allowed.pin().map(pin -> isPinned(pin, key) ? OK : CHANGED).orElseGet(() -> known.check(host, key));
    }

    private static boolean isPinned(String pin, byte[] key) {
        return HostKeys.publicKey(pin)
                .map(pinned -> Arrays.equals(pinned, key))
                .orElseGet(() -> pin.replace("=", "").equals(fingerprint(key)));
    }

    private static String fingerprint(byte[] key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What to tell of a key that was refused. */
    synchronized StoreAccessException refusal(JSchHostKeyException cause) {
        return new StoreAccessException(
                "cannot connect to " + location + ": "
                        + shown.map(key -> told(key, cause)).orElse("its host key is refused"),
                location,
                cause);
    }

    private String told(Shown key, JSchHostKeyException cause) {
        String file = allowed.files().get(0).toString();
        String showed = "the server showed " + fingerprint(key.bytes()) + " (" + key.type() + ")";
        if (allowed.pin().isPresent()) {
            return "its host key is not the pinned one: " + showed
                    + "; if that is right by the server's own word, pin it,"
                    + " otherwise somebody else answers in its place";
        }
        if (cause instanceof JSchRevokedHostKeyException) {
            return "its host key is marked as revoked in the known hosts: " + showed
                    + "; it must not be trusted any more";
        }
        if (cause instanceof JSchChangedHostKeyException) {
            return "its host key has changed: " + showed + ", and " + file
                    + " has another of that type; if the server was"
                    + " set up anew, replace that line by \"" + key.line()
                    + "\", otherwise somebody else answers in its place";
        }
        return "its host key is not known: " + showed + "; if that is right by the server's own word, add this line to "
                + file + ": \"" + key.line() + "\", or ?hostkey=" + fingerprint(key.bytes()) + " to the URL";
    }

    @Override
    public String getKnownHostsRepositoryID() {
        return allowed.files().get(0).toString();
    }

    @Override
    public HostKey[] getHostKey() {
        return allowed.pin().isPresent() || allowed.insecure() ? NONE : known.getHostKey();
    }

    /** What is known of a host decides which types of keys it is asked for first. */
    @Override
    public HostKey[] getHostKey(String host, String type) {
        if (allowed.insecure()) {
            return NONE;
        }
        if (allowed.pin().isEmpty()) {
            return known.getHostKey(host, type);
        }
        Optional<byte[]> pinned = HostKeys.publicKey(allowed.pin().get());
        try {
            return pinned.isEmpty() ? NONE : new HostKey[] {new HostKey(host, pinned.get())};
        } catch (JSchException e) {
            // Of a type that the library does not know: it will not be the one that is shown.
            return NONE;
        }
    }

    @Override
    public void add(HostKey key, UserInfo user) {
        throw new UnsupportedOperationException("no key is ever taken on trust");
    }

    @Override
    public void remove(String host, String type) {
        throw new UnsupportedOperationException("no key is ever forgotten");
    }

    @Override
    public void remove(String host, String type, byte[] key) {
        throw new UnsupportedOperationException("no key is ever forgotten");
    }
}
