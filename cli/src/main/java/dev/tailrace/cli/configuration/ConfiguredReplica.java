// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One replica of a database, as the configuration has it: not looked at closely before {@link #address()}, since a mistake in
 * one must not hide the others.
 */
public final class ConfiguredReplica {

    private static final Pattern URL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+)://.*", Pattern.DOTALL);

    private final Map<String, String> own;
    private final Map<String, String> defaults;
    private final boolean encrypted;
    private final String place;
    private final String below;

    /**
     * A replica.
     *
     * @param own what is said of it alone
     * @param defaults what is said at the top of the file
     * @param place where it is in the file, for messages
     */
    ConfiguredReplica(Map<String, String> own, Map<String, String> defaults, boolean encrypted, String place) {
        this(own, defaults, encrypted, place, "");
    }

    private ConfiguredReplica(
            Map<String, String> own, Map<String, String> defaults, boolean encrypted, String place, String below) {
        this.own = Map.copyOf(own);
        this.defaults = Map.copyOf(defaults);
        this.encrypted = encrypted;
        this.place = place;
        this.below = below;
    }

    /** The replica of one of the databases below a folder that is replicated as a whole. */
    ConfiguredReplica below(String relative) {
        return new ConfiguredReplica(own, defaults, encrypted, place, relative);
    }

    /** Its own name, or else its type. */
    public String name() {
        return own.getOrDefault("name", type());
    }

    /** The kind of storage: what its URL says, or else what it says itself, or else {@code file}. */
    public String type() {
        Matcher url = URL.matcher(own.getOrDefault("url", ""));
        String type = url.matches() ? url.group(1).toLowerCase(Locale.ROOT) : own.getOrDefault("type", "file");
        return type.equals("gs") ? "gcs" : type;
    }

    /** Whether its objects are encrypted with age: they can be listed, but not read. */
    public boolean encrypted() {
        return encrypted;
    }

    /** Where it is in the configuration, for messages: file and line. */
    public String place() {
        return place;
    }

    /**
     * Where it is, and how to open it.
     *
     * @throws ConfigurationException if it does not say, says it twice, or has a type that there is not
     * @throws ReplicaUrlException if its URL cannot be read
     */
    public ReplicaAddress address() {
        Set<String> known = KnownKeys.ofType(type())
                .orElseThrow(() -> wrong("unknown replica type in config: \"" + type() + "\"; there are file, s3, gs,"
                        + " abs and sftp"));
        if (URL.matcher(own.getOrDefault("path", "")).matches()) {
            throw wrong("replica path cannot be a url, please use the 'url' field instead: "
                    + ReplicaUrl.parse(own.getOrDefault("path", "")));
        }
        Map<String, String> settings = settings(known);
        ReplicaUrl url = own.containsKey("url") ? ofUrl(settings) : ofParts();
        return new ReplicaAddress(url, settings);
    }

    private Map<String, String> settings(Set<String> known) {
        Map<String, String> settings = new TreeMap<>();
        defaults.forEach((key, value) -> {
            if (known.contains(key)) {
                settings.put(key, value);
            }
        });
        own.forEach((key, value) -> {
            if (KnownKeys.SETTINGS.contains(key)) {
                settings.put(key, value);
            }
        });
        settings.replaceAll((key, value) -> KnownKeys.isFlag(key) ? flag(key, value) : value);
        return settings;
    }

    private String flag(String key, String value) {
        return KnownKeys.flag(value)
                .orElseThrow(() -> wrong("\"" + key + "\" must be true or false"))
                .toString();
    }

    /** What is said beside a URL wins over its options, and over the user in it. */
    private ReplicaUrl ofUrl(Map<String, String> settings) {
        for (String key : KnownKeys.PLACES) {
            if (!key.equals("url") && own.containsKey(key)) {
                throw wrong("cannot specify url & " + key + " for " + type() + " replica");
            }
        }
        String text = own.getOrDefault("url", "");
        ReplicaUrl given = ReplicaUrl.parse(text);
        Set<String> overriding = new HashSet<>(settings.keySet());
        text = UrlText.withoutOptions(text, overriding);
        if (given.hasAuthority() && type().equals("abs") && settings.containsKey("account-name")) {
            text = UrlText.withUser(text, "");
        }
        if (given.hasAuthority() && type().equals("sftp")) {
            Optional<String> user = Optional.ofNullable(settings.get("user"));
            if (settings.containsKey("password")) {
                text = UrlText.withoutPassword(text);
            } else if (user.isPresent()) {
                given.password().ifPresent(password -> settings.put("password", password));
            }
            text = user.isPresent() ? UrlText.withUser(text, user.get()) : text;
        }
        return ReplicaUrl.parse(below.isEmpty() ? text : UrlText.below(text, below));
    }

    private ReplicaUrl ofParts() {
        String path = own.getOrDefault("path", "");
        switch (type()) {
            case "file" -> {
                if (path.isEmpty()) {
                    throw wrong("file replica path required");
                }
                Path folder = LocalPath.of(path, place);
                return ReplicaUrl.ofFolder(below.isEmpty() ? folder : folder.resolve(below));
            }
            case "sftp" -> {
                String host = required("host");
                String relative = path.isEmpty() || path.startsWith("/") || path.startsWith("~/") ? path : "~/" + path;
                return ReplicaUrl.parse(UrlText.of("sftp", required("user"), host, joined(relative)));
            }
            case "webdav", "nats" -> throw wrong("a " + type() + " replica needs its \"url\"");
            default -> {
                return ReplicaUrl.parse(UrlText.of(type(), "", required("bucket"), joined(path)));
            }
        }
    }

    private String joined(String path) {
        return below.isEmpty() ? path : path.replaceFirst("/+$", "") + "/" + below;
    }

    private String required(String key) {
        String value = own.getOrDefault(key, defaults.getOrDefault(key, ""));
        if (value.isEmpty()) {
            throw wrong(key + " required for " + type() + " replica");
        }
        return value;
    }

    private ConfigurationException wrong(String problem) {
        return new ConfigurationException(place + ": " + problem);
    }

    /** Name and place; nothing of what it says. */
    @Override
    public String toString() {
        return name() + " (" + place + ")";
    }
}
