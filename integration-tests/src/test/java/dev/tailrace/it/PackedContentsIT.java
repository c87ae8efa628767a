// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of contents in the packed command line, sbom.cdx.json, is of exactly what is packed. */
class PackedContentsIT {

    @Test
    void everyPackedJarIsListedWithItsHashAndNothingElseIs() throws Exception {
        TreeMap<String, TreeSet<String>> packed = new TreeMap<>();
        for (Path jar : jars()) {
            packed.computeIfAbsent(FixtureRestoreTest.sha256(jar), hash -> new TreeSet<>())
                    .add(String.valueOf(jar.getFileName()));
        }
        TreeMap<String, TreeSet<String>> listed = new TreeMap<>();
        for (JsonObject library : libraries()) {
            String name = text(library, "name") + "-" + text(library, "version") + ".jar";
            listed.computeIfAbsent(sha256(library), hash -> new TreeSet<>()).add(name);
        }
        assertThat(packed).hasSizeGreaterThan(100);
        assertThat(listed).isEqualTo(packed);
    }

    @Test
    void everyLibraryIsThereInOneVersionWhateverBackendsNeedIt() throws IOException {
        Map<String, List<String>> versions = new HashMap<>();
        for (JsonObject library : libraries()) {
            versions.computeIfAbsent(text(library, "group") + ":" + text(library, "name"), name -> new ArrayList<>())
                    .add(text(library, "version"));
        }
        assertThat(versions)
                .isNotEmpty()
                .allSatisfy((name, found) -> assertThat(found).as(name).hasSize(1));
    }

    @Test
    void everyLibraryHasALicence() throws IOException {
        assertThat(libraries())
                .isNotEmpty()
                .allSatisfy(library -> assertThat(library.getAsJsonArray("licenses"))
                        .as(text(library, "name"))
                        .isNotEmpty());
    }

    private static List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.walk(PackedCommandLine.built().home())) {
            return files.filter(file -> String.valueOf(file.getFileName()).endsWith(".jar"))
                    .toList();
        }
    }

    private static List<JsonObject> libraries() throws IOException {
        Path file = PackedCommandLine.built().home().resolve("sbom.cdx.json");
        JsonObject list = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        return list.getAsJsonArray("components").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static String sha256(JsonObject library) {
        for (JsonElement hash : library.getAsJsonArray("hashes")) {
            if (text(hash.getAsJsonObject(), "alg").equals("SHA-256")) {
                return text(hash.getAsJsonObject(), "content");
            }
        }
        throw new AssertionError("no SHA-256: " + library);
    }

    private static String text(JsonObject object, String name) {
        return object.get(name).getAsString();
    }
}
