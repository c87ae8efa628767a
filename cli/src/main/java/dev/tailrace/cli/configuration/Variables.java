// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts environment variables into a configuration, by Litestream's rules: {@code $NAME} and <code>${NAME}</code>, nothing for
 * one that is not set, no way to write a dollar sign before a name.
 *
 * <p>Litestream puts values into the text before it reads the YAML, so that a value with a quote or a {@code #} in it becomes
 * something else. Here a mark is put in their place, and the value only once the YAML is read: a value stays a value. Secrets
 * are also nowhere near the parser then.
 */
final class Variables {

    private static final Pattern MARK = Pattern.compile("\uE000([0-9]{1,7})\uE001");
    private static final String SPECIAL = "*#$@!?-0123456789";

    private final Map<String, String> environment;
    private final boolean enabled;
    private final List<String> names = new ArrayList<>();
    private final Set<String> reported = new HashSet<>();

    /** @param enabled false to leave every dollar sign alone */
    Variables(Map<String, String> environment, boolean enabled) {
        this.environment = environment;
        this.enabled = enabled;
    }

    /** The text with a mark for each variable. */
    String mark(String text) {
        if (!enabled) {
            return text;
        }
        StringBuilder result = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            char character = text.charAt(at++);
            if (character != '$' || at == text.length()) {
                result.append(character);
                continue;
            }
            int end = endOfName(text, at);
            String name = name(text, at, end);
            if (!name.isEmpty()) {
                result.append('\uE000').append(names.size()).append('\uE001');
                names.add(name);
            } else if (end == at) {
                result.append(character);
            }
            at = end;
        }
        return result.toString();
    }

    /** Where the variable that begins after a dollar sign ends; {@code from} if there is none. */
    private static int endOfName(String text, int from) {
        char first = text.charAt(from);
        if (first == '{') {
            int close = text.indexOf('}', from);
            int line = text.indexOf('\n', from);
            // A brace that is never closed is dropped with its dollar sign, as by Go's own rules.
            return close < 0 || (line >= 0 && line < close) ? from + 1 : close + 1;
        }
        if (SPECIAL.indexOf(first) >= 0) {
            return from + 1;
        }
        int end = from;
        while (end < text.length() && isInName(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static String name(String text, int from, int end) {
        String found = text.substring(from, end);
        if (!found.startsWith("{")) {
            return found;
        }
        return found.endsWith("}") ? found.substring(1, found.length() - 1) : "";
    }

    private static boolean isInName(char character) {
        return character == '_'
                || (character >= '0' && character <= '9')
                || (character >= 'A' && character <= 'Z')
                || (character >= 'a' && character <= 'z');
    }

    /**
     * The text with values in the place of marks.
     *
     * @param unset takes the name of each variable that is not set, once
     */
    String expand(String text, Consumer<String> unset) {
        return MARK.matcher(text).replaceAll(match -> Matcher.quoteReplacement(value(match.group(1), match, unset)));
    }

    private String value(String number, MatchResult match, Consumer<String> unset) {
        int index = Integer.parseInt(number);
        if (index >= names.size()) {
            return match.group();
        }
        String name = names.get(index);
        if (name.equals("PID")) {
            return Long.toString(ProcessHandle.current().pid());
        }
        String value = environment.get(name);
        if (value == null && reported.add(name)) {
            unset.accept(name);
        }
        return value == null ? "" : value;
    }
}
