// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The secrets in a command's arguments, to be kept out of everything that is printed. The library masks its own messages;
 * this also covers what others say, such as a stack trace of a vendor's client.
 */
final class Secrets {

    private static final String MASK = "***";

    /** Of URLs in other people's words; made once there are any. */
    private static final class Passwords {

        /** Greedy up to the last at sign: a password with an unencoded slash must not slip through. */
        private static final Pattern PATTERN = Pattern.compile("(://[^/?@:\\s]*):\\S*@");

        private Passwords() {}

        static String masked(String text) {
            return PATTERN.matcher(text).replaceAll("$1:" + MASK + "@");
        }
    }

    private final Map<String, String> replacements;

    private Secrets(Map<String, String> replacements) {
        this.replacements = replacements;
    }

    static Secrets in(List<String> arguments) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String argument : arguments) {
            if (argument.contains(":")) {
                collect(argument, found);
            }
        }
        return longestFirst(found);
    }

    /** These secrets and others, which may be secret as a whole. */
    Secrets with(Collection<String> others) {
        Map<String, String> all = new LinkedHashMap<>(replacements);
        others.stream().filter(Secrets::isTelling).forEach(secret -> all.putIfAbsent(secret, MASK));
        return longestFirst(all);
    }

    private static Secrets longestFirst(Map<String, String> found) {
        List<String> longestFirst = new ArrayList<>(found.keySet());
        longestFirst.sort((one, other) -> Integer.compare(other.length(), one.length()));
        Map<String, String> ordered = new LinkedHashMap<>();
        for (String secret : longestFirst) {
            ordered.put(secret, found.getOrDefault(secret, MASK));
        }
        return new Secrets(ordered);
    }

    private static void collect(String argument, Map<String, String> found) {
        try {
            ReplicaUrl url = ReplicaUrl.parse(argument);
            String masked = url.toString();
            if (!masked.equals(argument)) {
                found.put(argument, masked);
            }
            url.password().filter(Secrets::isTelling).ifPresent(password -> found.put(password, MASK));
            url.options().forEach((name, value) -> {
                if (isTelling(value) && masked.contains(name + "=" + MASK)) {
                    found.put(value, MASK);
                }
            });
        } catch (ReplicaUrlException e) {
            // No URL, or one that is refused by a message which masks it itself.
            found.remove(argument);
        }
    }

    /** To replace each "a" of a message would hide the message, not the secret. */
    private static boolean isTelling(String secret) {
        return secret.length() >= 4;
    }

    /** The text without the secrets. */
    String masked(String text) {
        String masked = text;
        for (Map.Entry<String, String> replacement : replacements.entrySet()) {
            masked = masked.replace(replacement.getKey(), replacement.getValue());
        }
        return Passwords.masked(masked);
    }
}
