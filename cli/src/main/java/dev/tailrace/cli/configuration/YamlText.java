// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/** From a text to the nodes of its first document; no object is ever made of what it says. */
final class YamlText {

    /** Far above any configuration; a listing of all databases of a big machine has some hundred thousand characters. */
    static final int MAX_CHARACTERS = 4 << 20;

    private static final int MAX_DEPTH = 32;

    private static final LoadSettings SETTINGS = LoadSettings.builder()
            // The core schema merges (<<) while it composes, and never comes back from a mapping merged into itself.
            .setSchema(new JsonSchema())
            .setCodePointLimit(MAX_CHARACTERS)
            // Hundreds of databases may share what one anchor says; a reading has a bound of its own.
            .setMaxAliasesForCollections(MAX_CHARACTERS)
            .build();

    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

    private final String text;
    private final String file;

    /** @param file its name, for messages */
    YamlText(String text, String file) {
        this.text = text;
        this.file = file;
    }

    /**
     * The root of the first document; others are passed over, as by Litestream.
     *
     * @return empty if there is nothing but comments
     */
    Optional<Node> root() {
        try {
            refuseDepth();
            Iterator<Node> documents =
                    new Compose(SETTINGS).composeAllFromString(text).iterator();
            return documents.hasNext() ? Optional.of(documents.next()) : Optional.empty();
        } catch (MarkedYamlEngineException e) {
            throw malformed(e.getProblemMark());
        } catch (YamlEngineException | NumberFormatException e) {
            // The second where an escape (\x) has no digits, which the library does not look at.
            throw malformed(Optional.empty());
        }
    }

    /** The composer goes as deep as the text does: the parser, which does not, looks first. */
    private void refuseDepth() {
        int depth = 0;
        for (Event event : new Parse(SETTINGS).parseString(text)) {
            switch (event.getEventId()) {
                case SequenceStart, MappingStart -> depth++;
                case SequenceEnd, MappingEnd -> depth--;
                default -> {
                    continue;
                }
            }
            if (depth > MAX_DEPTH) {
                throw new ConfigurationException(file + line(event.getStartMark()) + ": nested more than " + MAX_DEPTH
                        + " deep, which no configuration is");
            }
        }
    }

    private ConfigurationException malformed(Optional<Mark> at) {
        return new ConfigurationException(file + line(at)
                + ": not valid YAML; look at its indentation (spaces, no tabs), colons and quotes there,"
                + " and put a value that begins with one of * & ! @ % ` { [ in quotes");
    }

    /** Whether a value says nothing; the JSON schema knows fewer ways of saying so than YAML. */
    static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL)
                || (node instanceof ScalarNode scalar && scalar.isPlain() && NULLS.contains(scalar.getValue()));
    }

    /** As editors count lines. */
    static String line(Optional<Mark> mark) {
        return mark.map(at -> ":" + (at.getLine() + 1)).orElse("");
    }
}
