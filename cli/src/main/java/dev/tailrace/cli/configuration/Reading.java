// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import java.util.LinkedHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.Node;

/** One reading of a file: its variables, its places for messages, and how much of it may be looked at. */
final class Reading {

    /** An alias (*) makes much of little: a file of some kilobytes could name billions of replicas. */
    private static final int MAX_NODES = 500_000;

    private static final int MAX_QUOTED = 40;

    private final String file;
    private final Variables variables;
    private final Map<String, String> unset = new LinkedHashMap<>();
    private int nodes;

    /** @param file its name, for messages */
    Reading(String file, Variables variables) {
        this.file = file;
        this.variables = variables;
    }

    Variables variables() {
        return variables;
    }

    /** Counts a node that is looked at. */
    void count(Node node) {
        if (++nodes > MAX_NODES) {
            throw wrong(node, "too much of it: aliases (*) multiply what the file says beyond any use");
        }
    }

    /** Notes that a variable in the value of a key is not set. */
    void unset(Node node, String key, String name) {
        unset.putIfAbsent(place(node), KnownKeys.mayHoldSecret(key) ? "" : name);
    }

    /** Where variables were missing, with the name of the first one there; no name where it may be a piece of a secret. */
    Map<String, String> unset() {
        return unset;
    }

    String place(Node node) {
        return file + YamlText.line(node.getStartMark());
    }

    ConfigurationException wrong(Node node, String problem) {
        return new ConfigurationException(place(node) + ": " + problem);
    }

    /** A key, as messages show it: a file that is no configuration may have anything in the place of keys. */
    static String quoted(String key) {
        return "\"" + (key.length() <= MAX_QUOTED ? key : key.substring(0, MAX_QUOTED) + "...") + "\"";
    }
}
