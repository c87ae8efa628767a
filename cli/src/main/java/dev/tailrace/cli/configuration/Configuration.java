// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ReplicaUrl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.Node;

/** What Litestream's configuration file says of databases and their replicas, in the form of any of its versions. */
public final class Configuration {

    private static final int MAX_NAMED = 5;

    private final String file;
    private final List<ConfiguredDatabase> databases = new ArrayList<>();
    private final Set<String> secrets = new LinkedHashSet<>();
    private final List<String> warnings = new ArrayList<>();

    private Configuration(String file) {
        this.file = file;
    }

    /**
     * Reads a file.
     *
     * @param environment what {@code $NAME} stands for
     * @param expand whether it stands for anything
     * @throws ConfigurationException if it is not there, cannot be read, is not YAML, or something in it has the wrong form
     */
    public static Configuration read(Path file, Map<String, String> environment, boolean expand) {
        return of(ConfigurationFile.text(file), file.toString(), environment, expand);
    }

    static Configuration of(String text, String file, Map<String, String> environment, boolean expand) {
        Configuration configuration = new Configuration(file);
        Variables variables = new Variables(environment, expand);
        Reading reading = new Reading(file, variables);
        Optional<Node> root = new YamlText(variables.mark(text), file).root();
        if (root.isPresent() && !YamlText.isNull(root.get())) {
            configuration.read(Section.of(reading, root.get(), "the configuration"));
        }
        reading.unset()
                .forEach((place, name) -> configuration.warnings.add(place + ": "
                        + (name.isEmpty() ? "a variable" : "variable $" + name)
                        + " is not set, and stands for nothing"));
        return configuration;
    }

    private void read(Section top) {
        Map<String, String> unknown = new LinkedHashMap<>(top.otherKeys(KnownKeys.OF_FILE));
        Map<String, String> defaults = values(top, KnownKeys.SETTINGS, "bucket", "host");
        for (Section section : top.sections("dbs")) {
            section.otherKeys(KnownKeys.OF_DATABASE).forEach(unknown::putIfAbsent);
            List<Section> sections = new ArrayList<>(section.sections("replicas"));
            section.section("replica").ifPresent(sections::add);
            List<ConfiguredReplica> replicas = new ArrayList<>();
            for (Section replica : sections) {
                replica.otherKeys(KnownKeys.OF_REPLICA).forEach(unknown::putIfAbsent);
                replicas.add(replica(replica, defaults, top));
            }
            databases.add(database(section, replicas));
        }
        if (!unknown.isEmpty()) {
            warnings.add("keys that no version of Litestream knows are ignored: "
                    + unknown.entrySet().stream()
                            .limit(MAX_NAMED)
                            .map(each -> Reading.quoted(each.getKey()) + " (" + each.getValue() + ")")
                            .collect(Collectors.joining(", "))
                    + (unknown.size() > MAX_NAMED ? " and " + (unknown.size() - MAX_NAMED) + " more" : ""));
        }
    }

    private static ConfiguredDatabase database(Section section, List<ConfiguredReplica> replicas) {
        Optional<String> path = section.text("path");
        Optional<String> folder = section.text("dir");
        if (path.isPresent() == folder.isPresent()) {
            throw new ConfigurationException(section.place() + ": a database needs either \"path\" or \"dir\"");
        }
        Path local = LocalPath.of(path.or(() -> folder).get(), section.place());
        return new ConfiguredDatabase(local, folder.isPresent(), replicas);
    }

    private ConfiguredReplica replica(Section section, Map<String, String> defaults, Section top) {
        Map<String, String> own = values(section, KnownKeys.SETTINGS, "type", "name", "url", "path", "bucket", "host");
        boolean encrypted = isEncrypted(section) || isEncrypted(top);
        return new ConfiguredReplica(own, defaults, encrypted, section.place());
    }

    private static boolean isEncrypted(Section section) {
        return section.section("age")
                .filter(age -> !age.texts("identities").isEmpty()
                        || !age.texts("recipients").isEmpty())
                .isPresent();
    }

    private Map<String, String> values(Section section, Set<String> settings, String... others) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String key : settings) {
            String value = String.join(",", section.texts(key));
            if (!value.isEmpty()) {
                values.put(key, value);
            }
        }
        for (String key : others) {
            section.text(key).ifPresent(value -> values.put(key, value));
        }
        KnownKeys.SECRETS.stream().filter(values::containsKey).map(values::get).forEach(secrets::add);
        hideSecretsOfUrl(values.getOrDefault("url", ""));
        return values;
    }

    private void hideSecretsOfUrl(String text) {
        try {
            ReplicaUrl url = ReplicaUrl.parse(text);
            url.password().ifPresent(secrets::add);
            String masked = url.toString();
            url.options().forEach((name, value) -> {
                if (!masked.contains(name + "=" + value)) {
                    secrets.add(value);
                }
            });
        } catch (ReplicaUrlException e) {
            // Whoever opens it is told so, by a message that masks what it quotes.
            secrets.remove(text);
        }
    }

    /** The file it was read from. */
    public String file() {
        return file;
    }

    /** In the order of the file. */
    public List<ConfiguredDatabase> databases() {
        return List.copyOf(databases);
    }

    /** What the reader should be told: keys that mean nothing, variables that are not set. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Values that must be kept out of everything that is printed. */
    public Set<String> secrets() {
        return Set.copyOf(secrets);
    }

    /**
     * The database of that path, or the member of the nearest folder above it.
     *
     * @param path as given in an argument
     * @throws ConfigurationException if the file does not name it, or names no replica for it
     */
    public ConfiguredDatabase database(String path) {
        Path wanted = LocalPath.of(path);
        ConfiguredDatabase found = databases.stream()
                .filter(database -> !database.folder() && database.path().equals(wanted))
                .findFirst()
                .or(() -> databases.stream()
                        .filter(database -> database.folder()
                                && wanted.startsWith(database.path())
                                && !wanted.equals(database.path()))
                        .max(Comparator.comparingInt(folder -> folder.path().getNameCount()))
                        .map(folder -> folder.member(wanted)))
                .orElseThrow(() -> new ConfigurationException(
                        "database not found in config: " + wanted + "; " + file + " names " + paths()));
        if (found.replicas().isEmpty()) {
            throw new ConfigurationException("database has no replicas: " + wanted + ", in " + file);
        }
        return found;
    }

    private String paths() {
        if (databases.isEmpty()) {
            return "none";
        }
        String named = databases.stream()
                .limit(MAX_NAMED)
                .map(database -> database.path().toString())
                .collect(Collectors.joining(", "));
        return databases.size() > MAX_NAMED ? named + " and " + (databases.size() - MAX_NAMED) + " more" : named;
    }
}
