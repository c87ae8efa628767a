// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Named options: of the URL, where names may be written {@code forcePathStyle}, {@code force-path-style} or
 * {@code force_path_style}, and else of the settings, where they are written as in Litestream's configuration file.
 */
final class S3Options {

    /** All of them, as the settings name them. */
    static final List<String> NAMES = List.of(
            "endpoint",
            "region",
            "force-path-style",
            "skip-verify",
            "sign-payload",
            "require-content-md5",
            "checksums",
            "anonymous",
            "profile",
            "part-size",
            "concurrency",
            "storage-class",
            "sse-customer-algorithm",
            "sse-customer-key",
            "sse-customer-key-md5",
            "sse-customer-key-path",
            "sse-kms-key-id");

    private static final Set<String> SECRETS = Set.of(
            "accesskeyid",
            "accesskey",
            "secretaccesskey",
            "secretkey",
            "sessiontoken",
            "awsaccesskeyid",
            "awssecretaccesskey");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})\\s*([KMG]?)(i?)B?", Pattern.CASE_INSENSITIVE);

    private final ReplicaUrl url;
    private final Map<String, String> ofUrl;
    private final StoreSettings settings;

    private S3Options(ReplicaUrl url, Map<String, String> ofUrl, StoreSettings settings) {
        this.url = url;
        this.ofUrl = ofUrl;
        this.settings = settings;
    }

    /**
     * Reads the options of a URL.
     *
     * @throws ReplicaUrlException for one that there is not, and for credentials
     */
    static S3Options of(ReplicaUrl url, StoreSettings settings) {
        Map<String, String> ofUrl = new HashMap<>();
        url.options().forEach((name, value) -> {
            String plain = plain(name);
            if (SECRETS.contains(plain)) {
                throw new ReplicaUrlException("s3 url holds credentials: " + url + "; " + S3Url.CREDENTIALS_HINT);
            }
            String known = NAMES.stream()
                    .filter(option -> plain(option).equals(plain))
                    .findFirst()
                    .orElseThrow(() -> new ReplicaUrlException(
                            "s3 url has no option " + name + ": " + url + "; there are " + String.join(", ", NAMES)));
            if (ofUrl.put(known, value) != null) {
                throw new ReplicaUrlException("option given twice in s3 url: " + known + " in " + url);
            }
        });
        return new S3Options(url, ofUrl, settings);
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

    /** A number of bytes, such as {@code 8388608}, {@code 8MiB} or {@code 8MB}. */
    OptionalLong bytes(String name) {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        Matcher matcher = SIZE.matcher(value.get().strip());
        if (!matcher.matches()) {
            throw new ReplicaUrlException("option " + name + " is no size: " + value.get() + ", for " + url
                    + "; write it as 8388608 or 8MiB");
        }
        long unit = matcher.group(3).isEmpty() ? 1_000 : 1_024;
        int power = " KMG"
                .indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2).toUpperCase(Locale.ROOT));
        long bytes = Long.parseLong(matcher.group(1));
        for (int i = 0; i < power; i++) {
            bytes = Math.multiplyExact(bytes, unit);
        }
        return OptionalLong.of(bytes);
    }

    /** What the options belong to, for messages. */
    ReplicaUrl url() {
        return url;
    }
}
