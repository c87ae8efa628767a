// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** The keys of one mapping and their values, all of them text: what a value means is for its reader to say. */
final class Section {

    private static final String MERGE = "<<";
    private static final int MAX_MERGES = 8;
    private static final Set<Tag> TAGS =
            Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.SEQ, Tag.MAP, Tag.MERGE);

    private final Reading reading;
    private final Node node;
    private final Map<String, Node> entries;

    private Section(Reading reading, Node node, Map<String, Node> entries) {
        this.reading = reading;
        this.node = node;
        this.entries = entries;
    }

    /** Reads a mapping with all that it merges in; what its own keys say wins. */
    static Section of(Reading reading, Node node, String what) {
        if (!(node instanceof MappingNode mapping)) {
            throw reading.wrong(node, what + " must be a mapping of keys to values");
        }
        return new Section(reading, node, entries(reading, mapping, 0));
    }

    private static Map<String, Node> entries(Reading reading, MappingNode mapping, int merges) {
        Map<String, Node> own = new LinkedHashMap<>();
        Map<String, Node> merged = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            reading.count(tuple.getKeyNode());
            checkTag(reading, tuple.getValueNode());
            String key = scalar(reading, tuple.getKeyNode(), "", "a key");
            if (key.equals(MERGE)) {
                merge(reading, tuple.getValueNode(), merged, merges);
            } else if (own.put(key, tuple.getValueNode()) != null) {
                throw reading.wrong(tuple.getKeyNode(), "key given twice: " + Reading.quoted(key));
            }
        }
        merged.forEach(own::putIfAbsent);
        return own;
    }

    private static void merge(Reading reading, Node value, Map<String, Node> merged, int merges) {
        if (merges == MAX_MERGES) {
            throw reading.wrong(value, "too many merges (<<) in one another");
        }
        List<Node> sources = value instanceof SequenceNode list ? list.getValue() : List.of(value);
        for (Node source : sources) {
            if (!(source instanceof MappingNode mapping)) {
                throw reading.wrong(value, "a merge (<<) needs a mapping, or a list of them");
            }
            entries(reading, mapping, merges + 1).forEach(merged::putIfAbsent);
        }
    }

    private static void checkTag(Reading reading, Node value) {
        if (!TAGS.contains(value.getTag())) {
            throw reading.wrong(value, "a tag (!) that says nothing here; put a value that begins with ! in quotes");
        }
    }

    private static String scalar(Reading reading, Node node, String key, String what) {
        if (!(node instanceof ScalarNode scalar)) {
            throw reading.wrong(node, what + " must be a single value");
        }
        return reading.variables().expand(scalar.getValue(), name -> reading.unset(node, key, name));
    }

    /** Where it begins. */
    String place() {
        return reading.place(node);
    }

    /** The keys that are none of those, each with its place. */
    Map<String, String> otherKeys(Set<String> known) {
        Map<String, String> others = new LinkedHashMap<>();
        entries.forEach((key, value) -> {
            if (!known.contains(key)) {
                others.put(key, reading.place(value));
            }
        });
        return others;
    }

    /** The value of a key; empty if it has none, or the empty text. */
    Optional<String> text(String key) {
        Node value = entries.get(key);
        if (value == null || YamlText.isNull(value)) {
            return Optional.empty();
        }
        return Optional.of(scalar(reading, value, key, Reading.quoted(key))).filter(text -> !text.isEmpty());
    }

    /** The values of a key that may have several. */
    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Node value : list(key)) {
            checkTag(reading, value);
            texts.add(scalar(reading, value, key, Reading.quoted(key)));
        }
        return texts;
    }

    /** The mapping of a key; empty if it has none. */
    Optional<Section> section(String key) {
        Node value = entries.get(key);
        return value == null || YamlText.isNull(value)
                ? Optional.empty()
                : Optional.of(of(reading, value, Reading.quoted(key)));
    }

    /** The mappings of a key that has a list of them. */
    List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        Node value = entries.get(key);
        if (value != null && !(value instanceof SequenceNode) && !YamlText.isNull(value)) {
            throw reading.wrong(value, Reading.quoted(key) + " must be a list: begin each entry with \"- \"");
        }
        for (Node entry : list(key)) {
            sections.add(of(reading, entry, "each entry of " + Reading.quoted(key)));
        }
        return sections;
    }

    private List<Node> list(String key) {
        Node value = entries.get(key);
        if (value == null || YamlText.isNull(value)) {
            return List.of();
        }
        List<Node> nodes = value instanceof SequenceNode list ? list.getValue() : List.of(value);
        nodes.forEach(reading::count);
        return nodes;
    }
}
