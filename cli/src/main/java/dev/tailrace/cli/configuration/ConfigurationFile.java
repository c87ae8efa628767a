// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the configuration is, and its text. */
public final class ConfigurationFile {

    private static final String VARIABLE = "LITESTREAM_CONFIG";
    private static final List<String> PLACES = List.of("/etc/litestream.yml", "litestream.yml");
    private static final List<String> PLACES_ON_WINDOWS = List.of("C:\\Litestream\\litestream.yml", "litestream.yml");

    private ConfigurationFile() {}

    /**
     * The file to be read: the one asked for, else the one that {@code LITESTREAM_CONFIG} names, else the first that exists of
     * {@code /etc/litestream.yml} (on Windows {@code C:\Litestream\litestream.yml}) and {@code litestream.yml}.
     *
     * @param asked as given in an argument; empty if none was
     * @return also where none exists; it is the first one then
     */
    public static Path find(Optional<String> asked, Map<String, String> environment) {
        Optional<String> named = asked.filter(name -> !name.isEmpty())
                .or(() -> Optional.ofNullable(environment.get(VARIABLE)).filter(name -> !name.isEmpty()));
        if (named.isPresent()) {
            return LocalPath.of(named.get());
        }
        List<String> places = System.getProperty("os.name", "").startsWith("Windows") ? PLACES_ON_WINDOWS : PLACES;
        return places.stream()
                .map(LocalPath::of)
                .filter(Files::exists)
                .findFirst()
                .orElseGet(() -> LocalPath.of(places.get(0)));
    }

    static String text(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            // A name may lead to a device that never ends.
            bytes = in.readNBytes(YamlText.MAX_CHARACTERS + 1);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(
                    "config file not found: " + file + "; name it with -config or " + VARIABLE);
        } catch (AccessDeniedException e) {
            throw new ConfigurationException("permission denied: config file " + file);
        } catch (IOException e) {
            String reason =
                    Files.isDirectory(file) ? "it is a folder" : e.getClass().getSimpleName();
            throw new ConfigurationException("cannot read config file " + file + ": " + reason);
        }
        if (bytes.length > YamlText.MAX_CHARACTERS) {
            throw new ConfigurationException("config file " + file + " has more than " + YamlText.MAX_CHARACTERS
                    + " bytes; it is not a configuration");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new ConfigurationException("config file " + file + " is not written in UTF-8");
        }
    }
}
