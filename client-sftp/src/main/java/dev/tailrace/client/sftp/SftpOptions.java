// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Named options: of the URL, where names may be written {@code hostKey}, {@code hostkey}, {@code host-key} or
 * {@code host_key}, and else of the settings, where they are written as in Litestream's configuration file.
 */
final class SftpOptions {

    static final String KEY_PATH = "key-path";
    static final String HOST_KEY = "host-key";
    static final String KNOWN_HOSTS = "known-hosts";
    static final String INSECURE_HOST_KEY = "insecure-host-key";

    /** All of them that a URL may have, as the settings name them. */
    static final List<String> NAMES = List.of(KEY_PATH, HOST_KEY, KNOWN_HOSTS, INSECURE_HOST_KEY);

    private final ReplicaUrl url;
    private final Map<String, String> ofUrl;
    private final StoreSettings settings;

    private SftpOptions(ReplicaUrl url, Map<String, String> ofUrl, StoreSettings settings) {
        this.url = url;
        this.ofUrl = ofUrl;
        this.settings = settings;
    }

    /**
     * Reads the options of a URL.
     *
     * @throws ReplicaUrlException for one that there is not
     */
    static SftpOptions of(ReplicaUrl url, StoreSettings settings) {
        Map<String, String> ofUrl = new HashMap<>();
        url.options().forEach((name, value) -> {
            String known = NAMES.stream()
                    .filter(option -> plain(option).equals(plain(name)))
                    .findFirst()
                    .orElseThrow(() -> new ReplicaUrlException(
                            "sftp url has no option " + name + ": " + url + "; there are " + String.join(", ", NAMES)));
            if (ofUrl.put(known, value) != null) {
                throw new ReplicaUrlException("option given twice in sftp url: " + known + " in " + url);
            }
        });
        return new SftpOptions(url, ofUrl, settings);
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }

    /** The value of an option; one that is empty counts as not set. */
    Optional<String> text(String name) {
        String value =
                ofUrl.containsKey(name) ? ofUrl.get(name) : settings.value(name).orElse("");
        return Optional.ofNullable(value).filter(text -> !text.isEmpty());
    }

    /** The value of an option, or else of a variable. */
    Optional<String> text(String name, String variable) {
        return text(name).or(() -> settings.environment(variable));
    }

    /** Yes or no, as Litestream writes them; no if it is not set. */
    boolean flag(String name) {
        return text(name)
                .map(value -> switch (value.toLowerCase(Locale.ROOT)) {
                    case "true", "t", "1", "yes" -> true;
                    case "false", "f", "0", "no" -> false;
                    default ->
                        throw new ReplicaUrlException(
                                "option " + name + " is neither true nor false: " + value + ", for " + url);
                })
                .orElse(false);
    }
}
