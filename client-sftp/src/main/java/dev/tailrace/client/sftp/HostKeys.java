// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import dev.tailrace.error.StoreAccessException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which keys a server may show: one that is pinned, else those in the known_hosts files; or, where that was asked for, any.
 *
 * @param pin {@code SHA256:…}, or a public key in the form of {@code authorized_keys}
 * @param files known_hosts files; the first one is where a line is to be added. They need not exist
 * @param insecure whether no key is looked at
 */
record HostKeys(Optional<String> pin, List<Path> files, boolean insecure) {

    private static final Pattern FINGERPRINT = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}=?");
    private static final Pattern PUBLIC_KEY = Pattern.compile("[a-z0-9@.-]+\\s+([A-Za-z0-9+/]+={0,2})(\\s.*)?");

    /**
     * Finds out what was set.
     *
     * @throws StoreAccessException if the pin is not one
     */
    static HostKeys of(SftpOptions options, String location, Path home) throws StoreAccessException {
        Optional<String> pin = options.text(SftpOptions.HOST_KEY).map(String::strip);
        if (pin.isPresent() && !isPin(pin.get())) {
            throw new StoreAccessException(
                    "the host key given for " + location + " is neither a fingerprint (SHA256:…, 43 characters) nor a"
                            + " public key (ssh-ed25519 AAAA…)",
                    location,
                    null);
        }
        Optional<String> known = options.text(SftpOptions.KNOWN_HOSTS);
        List<Path> files = known.isPresent()
                ? List.of(Credentials.expanded(known.get(), home, location))
                : List.of(home.resolve(".ssh").resolve("known_hosts"), Path.of("/etc/ssh/ssh_known_hosts"));
        return new HostKeys(pin, files, options.flag(SftpOptions.INSECURE_HOST_KEY));
    }

    private static boolean isPin(String text) {
        return FINGERPRINT.matcher(text).matches() || publicKey(text).isPresent();
    }

    /** The bytes of a public key in text form, or empty if it is none. */
    static Optional<byte[]> publicKey(String text) {
        Matcher written = PUBLIC_KEY.matcher(text);
        try {
            return written.matches() ? Optional.of(Base64.getDecoder().decode(written.group(1))) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads the files as they are now, for one login.
     *
     * @throws StoreAccessException if one of them is there and cannot be read
     */
    HostKeyCheck check(String location) throws StoreAccessException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        if (pin.isEmpty() && !insecure) {
            for (Path file : files) {
                if (Files.exists(file)) {
                    append(file, lines, location);
                }
            }
        }
        try {
            JSch reader = new JSch();
            reader.setKnownHosts(new ByteArrayInputStream(lines.toByteArray()));
            HostKeyRepository known = reader.getHostKeyRepository();
            return new HostKeyCheck(this, known, location);
        } catch (JSchException e) {
            throw cannotRead(files.get(0), location, String.valueOf(e.getMessage()), e);
        }
    }

    private static void append(Path file, ByteArrayOutputStream lines, String location) throws StoreAccessException {
        try {
            lines.write(Files.readAllBytes(file));
            lines.write('\n');
        } catch (IOException e) {
            throw cannotRead(file, location, Credentials.reason(e), e);
        }
    }

    private static StoreAccessException cannotRead(Path file, String location, String reason, Exception cause) {
        return new StoreAccessException(
                "cannot read the known hosts in " + file + " for " + location + ": " + reason
                        + "; give this user access to it",
                location,
                cause);
    }
}
