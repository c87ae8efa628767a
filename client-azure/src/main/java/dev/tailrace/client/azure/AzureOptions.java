// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Named options: of the URL, where names may be written {@code accountName}, {@code account-name} or {@code account_name},
 * and else of the settings, where they are written as in Litestream's configuration file.
 */
final class AzureOptions {

    /** All of them, as the settings name them. */
    static final List<String> NAMES = List.of("endpoint", "account-name", "anonymous");

    /** Of a shared access signature, as the portal puts it behind a URL, and of what else is nobody's to see. */
    private static final Set<String> SECRETS = Set.of(
            "accountkey",
            "key",
            "sastoken",
            "sas",
            "sharedaccesssignature",
            "connectionstring",
            "sig",
            "sv",
            "se",
            "sp",
            "st",
            "sr",
            "ss",
            "srt",
            "spr",
            "sip",
            "si",
            "skoid",
            "sktid",
            "skt",
            "ske",
            "sks",
            "skv");

    private final ReplicaUrl url;
    private final Map<String, String> ofUrl;
    private final StoreSettings settings;

    private AzureOptions(ReplicaUrl url, Map<String, String> ofUrl, StoreSettings settings) {
        this.url = url;
        this.ofUrl = ofUrl;
        this.settings = settings;
    }

    /**
     * Reads the options of a URL.
     *
     * @throws ReplicaUrlException for one that there is not, and for credentials
     */
    static AzureOptions of(ReplicaUrl url, StoreSettings settings) {
        Map<String, String> ofUrl = new HashMap<>();
        url.options().forEach((name, value) -> {
            String plain = plain(name);
            if (SECRETS.contains(plain)) {
                // Without what follows the question mark: a signature's parts need not all be masked.
                throw new ReplicaUrlException("abs url holds credentials: "
                        + url.toString().replaceFirst("\\?.*", "?***") + "; " + AzureUrl.CREDENTIALS_HINT);
            }
            String known = NAMES.stream()
                    .filter(option -> plain(option).equals(plain))
                    .findFirst()
                    .orElseThrow(() -> new ReplicaUrlException(
                            "abs url has no option " + name + ": " + url + "; there are " + String.join(", ", NAMES)));
            if (ofUrl.put(known, value) != null) {
                throw new ReplicaUrlException("option given twice in abs url: " + known + " in " + url);
            }
        });
        return new AzureOptions(url, ofUrl, settings);
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }

    /** The value of an option; one that is empty counts as not set. */
    Optional<String> text(String name) {
        String value =
                ofUrl.containsKey(name) ? ofUrl.get(name) : settings.value(name).orElse("");
        return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** Yes or no, as Litestream writes them. */
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
