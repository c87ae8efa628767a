// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Named options: of the URL, where names may be written {@code keyPath}, {@code key-path} or {@code key_path}, and else of
 * the settings, where they are written as in Litestream's configuration file.
 */
final class GcsOptions {

    /** All of them, as the settings name them. */
    static final List<String> NAMES = List.of("endpoint", "anonymous", "key-path");

    private final ReplicaUrl url;
    private final Map<String, String> ofUrl;
    private final StoreSettings settings;

    private GcsOptions(ReplicaUrl url, Map<String, String> ofUrl, StoreSettings settings) {
        this.url = url;
        this.ofUrl = ofUrl;
        this.settings = settings;
    }

    /**
     * Reads the options of a URL.
     *
     * @throws ReplicaUrlException for one that there is not
     */
    static GcsOptions of(ReplicaUrl url, StoreSettings settings) {
        Map<String, String> ofUrl = new HashMap<>();
        url.options().forEach((name, value) -> {
            String known = NAMES.stream()
                    .filter(option -> plain(option).equals(plain(name)))
                    .findFirst()
                    .orElseThrow(() -> new ReplicaUrlException(
                            "gs url has no option " + name + ": " + url + "; there are " + String.join(", ", NAMES)));
            if (ofUrl.put(known, value) != null) {
                throw new ReplicaUrlException("option given twice in gs url: " + known + " in " + url);
            }
        });
        return new GcsOptions(url, ofUrl, settings);
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

    /** Yes or no, as Litestream writes them. */
    Optional<Boolean> flag(String name) {
        return text(name).map(value -> switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "t", "1", "yes" -> true;
            case "false", "f", "0", "no" -> false;
            default ->
                throw new ReplicaUrlException(
                        "option " + name + " is neither true nor false: " + value + ", for " + url);
        });
    }
}
