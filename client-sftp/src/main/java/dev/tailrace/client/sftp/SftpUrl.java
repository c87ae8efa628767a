// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What an {@code sftp:} URL says about the place of a replica.
 *
 * @param host name or address, without brackets
 * @param path absolute, or what comes below the folder where the user is when logged in; {@code ""} for that folder itself
 */
record SftpUrl(String user, String host, int port, String path) {

    private static final String FORMS = "; accepted forms: sftp://user@host/absolute/path,"
            + " sftp://user@host/~/path/below/the/login/folder, with :password after the user and :port after the host";
    private static final int SSH = 22;

    /**
     * Reads a URL.
     *
     * @throws ReplicaUrlException if it is none of the accepted forms
     */
    static SftpUrl read(ReplicaUrl url, StoreSettings settings) {
        if (url.host().isEmpty()) {
            throw new ReplicaUrlException("sftp url has no host: " + url + FORMS);
        }
        String user = url.user()
                .filter(name -> !name.isEmpty())
                .or(() -> settings.value("user"))
                .orElseThrow(() -> new ReplicaUrlException("user required for sftp replica: " + url + FORMS));
        String host = url.host();
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return new SftpUrl(user, bare, url.port().orElse(SSH), path(url));
    }

    /** For messages: without password and options. */
    String location() {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        String place = path.startsWith("/") ? path : path.isEmpty() ? "" : "/~/" + path;
        return "sftp://" + escaped(user).replace("@", "%40").replace(":", "%3A").replace("/", "%2F") + "@" + shown
                + (port == SSH ? "" : ":" + port) + escaped(place);
    }

    private static String escaped(String text) {
        return text.replace("%", "%25").replace("?", "%3F");
    }

    private static String path(ReplicaUrl url) {
        String written = url.path();
        // As a login shell reads it. Litestream's own forms are in the table of docs/sftp.md.
        boolean belowLogin =
                written.isEmpty() || written.equals("/") || written.equals("/~") || written.startsWith("/~/");
        String cleaned = cleaned(url, belowLogin ? written.replaceFirst("^/~?", "") : written, belowLogin);
        return belowLogin ? cleaned : "/" + cleaned;
    }

    private static String cleaned(ReplicaUrl url, String path, boolean belowLogin) {
        Deque<String> elements = new ArrayDeque<>();
        for (String element : path.split("/", -1)) {
            if (element.equals("..")) {
                if (elements.pollLast() == null && belowLogin) {
                    throw new ReplicaUrlException(
                            "path leads out of the login folder: " + url + "; write it as an absolute path");
                }
            } else if (!element.isEmpty() && !element.equals(".")) {
                elements.addLast(element);
            }
        }
        return String.join("/", elements);
    }
}
