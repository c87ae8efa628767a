// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.ReplicaUrlException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a replica is: {@code scheme://[user[:password]@]host[:port][/path][?option=value&…]}, or {@code file:path}.
 *
 * <p>It is not a {@link java.net.URI}, since bucket names and object keys hold characters which a URI refuses or rewrites.
 * The parts are given as written but for {@code %XX}, which is decoded in path and options. What they mean is the
 * backend's to say. {@link #toString()} masks secrets.
 */
public final class ReplicaUrl {

    private static final String FORMS = "; accepted forms: file:///path, file:path, or SCHEME://HOST/PATH?OPTION=VALUE";

    private final String scheme;
    private final Optional<String> user;
    private final Optional<String> password;
    private final boolean hasAuthority;
    private final String host;
    private final OptionalInt port;
    private final String path;
    private final Map<String, String> options;
    private final String masked;

    private ReplicaUrl(String text) {
        masked = masked(text);
        int colon = endOfScheme(text);
        if (colon < 0) {
            throw new ReplicaUrlException("replica url scheme required: " + masked + FORMS);
        }
        if (holdsControlCharacter(text)) {
            throw new ReplicaUrlException("replica url holds a control character: " + masked);
        }
        scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
        String rest = text.substring(colon + 1);

        int query = rest.indexOf('?');
        options = query < 0 ? Map.of() : parseOptions(rest.substring(query + 1));
        rest = query < 0 ? rest : rest.substring(0, query);

        hasAuthority = rest.startsWith("//");
        if (hasAuthority) {
            int slash = rest.indexOf('/', 2);
            String authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
            path = decode(slash < 0 ? "" : rest.substring(slash));
            int at = authority.lastIndexOf('@');
            String userInfo = at < 0 ? "" : authority.substring(0, at);
            int nameEnd = userInfo.indexOf(':');
            user = at < 0
                    ? Optional.empty()
                    : Optional.of(decode(nameEnd < 0 ? userInfo : userInfo.substring(0, nameEnd)));
            password = nameEnd < 0 ? Optional.empty() : Optional.of(decode(userInfo.substring(nameEnd + 1)));
            String hostAndPort = authority.substring(at + 1);
            port = parsePort(hostAndPort);
            host = decode(port.isEmpty() ? hostAndPort : hostAndPort.substring(0, hostAndPort.lastIndexOf(':')));
        } else {
            user = Optional.empty();
            password = Optional.empty();
            host = "";
            port = OptionalInt.empty();
            path = decode(rest);
        }
    }

    /**
     * Where the scheme's colon is; negative if there is no scheme, or only a letter. Plain code: patterns take a
     * noticeable part of a short restore.
     */
    private static int endOfScheme(String text) {
        int at = 0;
        while (at < text.length() && isOfScheme(text.charAt(at), at)) {
            at++;
        }
        return at >= 2 && at < text.length() && text.charAt(at) == ':' ? at : -1;
    }

    private static boolean isOfScheme(char character, int at) {
        boolean letter = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
        return letter || (at > 0 && "0123456789+.-".indexOf(character) >= 0);
    }

    private static boolean holdsControlCharacter(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static String masked(String text) {
        return text.indexOf('@') < 0 && text.indexOf('=') < 0 ? text : UrlSecrets.masked(text);
    }

    /**
     * Reads a URL.
     *
     * @throws ReplicaUrlException if it has no scheme (a single letter is a Windows drive, not a scheme), or is malformed
     */
    public static ReplicaUrl parse(String text) {
        return new ReplicaUrl(requireNonNull(text, "text"));
    }

    /** The {@code file:} URL of a folder, which need not exist; a relative one stays relative. */
    public static ReplicaUrl ofFolder(Path folder) {
        String text = folder.toString().replace("%", "%25").replace("?", "%3F");
        return new ReplicaUrl("file:" + (folder.isAbsolute() ? "//" : "") + text);
    }

    /** In lower case, at least two letters. */
    public String scheme() {
        return scheme;
    }

    /** Whether {@code //} follows the scheme. */
    public boolean hasAuthority() {
        return hasAuthority;
    }

    public Optional<String> user() {
        return user;
    }

    /** A secret: never to be put into a message. */
    public Optional<String> password() {
        return password;
    }

    /** Bucket, container or host name; empty if there is none. */
    public String host() {
        return host;
    }

    public OptionalInt port() {
        return port;
    }

    /** With its leading slash, if it has one; may be empty. */
    public String path() {
        return path;
    }

    /** What follows {@code ?}, in the order given. Values may be secrets. */
    public Map<String, String> options() {
        return options;
    }

    /** The URL as it was given, with passwords and secret options masked. */
    @Override
    public String toString() {
        return masked;
    }

    private OptionalInt parsePort(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        if (colon < 0 || hostAndPort.endsWith("]")) {
            return OptionalInt.empty();
        }
        String digits = hostAndPort.substring(colon + 1);
        if (!digits.matches("[0-9]+")) {
            // An access point's name (arn:aws:s3:…) has colons of its own.
            return OptionalInt.empty();
        }
        if (digits.length() > 5 || Integer.parseInt(digits) > 65535) {
            throw new ReplicaUrlException("no such port in replica url: " + masked);
        }
        return OptionalInt.of(Integer.parseInt(digits));
    }

    private Map<String, String> parseOptions(String query) {
        Map<String, String> parsed = new LinkedHashMap<>();
        for (String option : query.split("&", -1)) {
            if (option.isEmpty()) {
                continue;
            }
            int equals = option.indexOf('=');
            String name = decode(equals < 0 ? option : option.substring(0, equals));
            String value = equals < 0 ? "" : decode(option.substring(equals + 1));
            if (parsed.put(name, value) != null) {
                throw new ReplicaUrlException("option given twice in replica url: " + name + " in " + masked);
            }
        }
        return Collections.unmodifiableMap(parsed);
    }

    private String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        try {
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(percentDecodedBytes(text)))
                    .toString();
            if (holdsControlCharacter(decoded)) {
                throw new ReplicaUrlException("replica url holds a control character: " + masked);
            }
            return decoded;
        } catch (CharacterCodingException e) {
            throw new ReplicaUrlException("replica url has %XX that is not UTF-8: " + masked);
        }
    }

    /** With each {@code %XX} as the byte that it stands for, whatever the bytes make in UTF-8. */
    static String percentDecoded(String text) {
        return new String(percentDecodedBytes(text), StandardCharsets.UTF_8);
    }

    private static byte[] percentDecodedBytes(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < encoded.length; i++) {
            int high = encoded[i] == '%' && i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(encoded[i + 2], 16) : -1;
            if (low >= 0) {
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                bytes.write(encoded[i]);
            }
        }
        return bytes.toByteArray();
    }
}
