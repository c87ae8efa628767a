// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes the text of a replica's URL from parts, or from another one and what is said beside it. */
final class UrlText {

    private UrlText() {}

    /**
     * A URL of a bucket, a container or a host.
     *
     * @param user empty for none
     * @param path with or without its leading slash
     */
    static String of(String scheme, String user, String host, String path) {
        String encodedHost = host.startsWith("arn:") ? encoded(host, "%?@") : encoded(host, "%?@/");
        return scheme + "://" + (user.isEmpty() ? "" : encoded(user, "%?@/:") + "@") + encodedHost + "/"
                + encoded(path.replaceFirst("^/+", ""), "%?");
    }

    /** The same URL without those of its options, however they are written: {@code forcePathStyle}, {@code force-path-style}. */
    static String withoutOptions(String url, Set<String> names) {
        int query = url.indexOf('?');
        if (query < 0) {
            return url;
        }
        Set<String> plainNames = names.stream().map(UrlText::plain).collect(Collectors.toSet());
        List<String> kept = new ArrayList<>();
        for (String option : url.substring(query + 1).split("&", -1)) {
            if (!plainNames.contains(plain(option.replaceFirst("=.*", "")))) {
                kept.add(option);
            }
        }
        return url.substring(0, query) + (kept.isEmpty() ? "" : "?" + String.join("&", kept));
    }

    /** The same URL with another user, and no password. */
    static String withUser(String url, String user) {
        int authority = url.indexOf("//") + 2;
        int end = authority;
        while (end < url.length() && url.charAt(end) != '/' && url.charAt(end) != '?') {
            end++;
        }
        int at = url.substring(0, end).lastIndexOf('@');
        String prefix = user.isEmpty() ? "" : encoded(user, "%?@/:") + "@";
        return url.substring(0, authority) + prefix + url.substring(at < authority ? authority : at + 1);
    }

    /** The same URL with its password left out. */
    static String withoutPassword(String url) {
        return url.replaceFirst("^([^/?]*//[^/?:]*):[^/?]*@", "$1@");
    }

    /** The URL of what is below it. */
    static String below(String url, String relative) {
        int query = url.indexOf('?');
        String place = query < 0 ? url : url.substring(0, query);
        return place.replaceFirst("/+$", "") + "/" + encoded(relative, "%?") + (query < 0 ? "" : url.substring(query));
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }

    private static String encoded(String text, String characters) {
        StringBuilder encoded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (characters.indexOf(character) >= 0) {
                encoded.append('%').append(String.format(Locale.ROOT, "%02X", (int) character));
            } else {
                encoded.append(character);
            }
        }
        return encoded.toString();
    }
}
