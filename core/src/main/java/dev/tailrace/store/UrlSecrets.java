// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What in the text of a URL is not to be shown. */
final class UrlSecrets {

    private static final Pattern PASSWORD = Pattern.compile("^([^/?]*//[^/?:]*):[^/?]*@");

    /** A password with / or ? in it that are not written as %XX: no part of the authority by the rules, but a secret. */
    private static final Pattern UNESCAPED_PASSWORD =
            Pattern.compile("^([^/?]*//(?!arn:)[^/?:]*):(?![0-9]*(?:[/?]|$)).*@", Pattern.DOTALL);

    private static final Pattern NAME = Pattern.compile(
            ".*(secret|password|passphrase|token|signature|accountkey|accesskey|customerkey|credential).*|sas|sig|key");

    private UrlSecrets() {}

    /** The text, which need not be a URL, with its password and the values of secret options replaced. */
    static String masked(String text) {
        Matcher password = PASSWORD.matcher(text);
        String hidden = password.find()
                ? password.replaceFirst("$1:***@")
                : UNESCAPED_PASSWORD.matcher(text).replaceFirst("$1:***@");
        int query = hidden.indexOf('?');
        // Before it there are no options; who forgot it may have meant some.
        return query < 0
                ? maskedOptions(hidden, 1)
                : maskedOptions(hidden.substring(0, query), 1) + "?" + maskedOptions(hidden.substring(query + 1), 0);
    }

    /** @param first which piece between {@code &} is the first that may be an option */
    private static String maskedOptions(String text, int first) {
        String[] options = text.split("&", -1);
        for (int i = first; i < options.length; i++) {
            int equals = options[i].indexOf('=');
            if (equals >= 0 && isSecret(options[i].substring(0, equals))) {
                options[i] = options[i].substring(0, equals) + "=***";
            }
        }
        return String.join("&", options);
    }

    private static boolean isSecret(String name) {
        String plain = ReplicaUrl.percentDecoded(name).toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        return NAME.matcher(plain).matches();
    }
}
