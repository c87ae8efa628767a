// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Searches what tests printed and left behind for the secrets that they use: {@code java tools/PlantedSecrets.java
 * FILE_OR_FOLDER...}. Names each place by file and line, without the secret, and ends with 1 if there is one; else it says how
 * much was searched. What does not exist is passed over.
 *
 * <p>Every secret that a test may choose contains {@code pl4nted}, a word that needs no escape in a URL, XML or JSON; it is
 * found in any case, and in Base64. The others are known, or known by their form.
 */
final class PlantedSecrets {

    private static final String MARK = "pl4nted";

    /** The key of Microsoft's emulator, the same for everybody: as it is, and in a URL. */
    private static final String AZURITE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq";

    /** More than a line of a log should ever have; a longer one is searched in pieces that overlap. */
    private static final int PIECE = 1 << 16;

    private static final Pattern SECRET = Pattern.compile(Stream.of(
                    Stream.of("(?i:" + MARK + ")", Pattern.quote(AZURITE_KEY)),
                    inBase64(MARK),
                    inBase64(MARK.toUpperCase(Locale.ROOT)),
                    inBase64(AZURITE_KEY),
                    // What is made while a test runs: signatures, tokens, and keys in files.
                    Stream.of(
                            "[?&;]sig=(?!\\*)[A-Za-z0-9%+/]{20}",
                            "X-Amz-Signature=[0-9a-f]{64}",
                            "Signature=[0-9a-f]{64}",
                            "SharedKey \\w+:[A-Za-z0-9+/]{20}",
                            "BEGIN (?:[A-Z]+ )?PRIVATE KEY"))
            .flatMap(forms -> forms)
            .collect(Collectors.joining("|")));

    private final List<String> found = new ArrayList<>();
    private int files;
    private long bytes;

    private PlantedSecrets() {}

    public static void main(String[] arguments) throws IOException {
        PlantedSecrets search = new PlantedSecrets();
        for (String argument : arguments) {
            search.below(Path.of(argument));
        }
        search.found.forEach(System.out::println);
        if (!search.found.isEmpty()) {
            System.out.println("secrets of tests stand in " + search.found.size() + " lines of what they printed or left");
            System.exit(1);
        }
        System.out.println(search.files + " files, " + (search.bytes >> 20) + " MB");
    }

    /** What is in the middle of a longer text in Base64, for each of the three ways that it may fall into groups of three bytes. */
    private static Stream<String> inBase64(String secret) {
        return Stream.of(0, 1, 2).map(before -> {
            byte[] text = (" ".repeat(before) + secret).getBytes(StandardCharsets.ISO_8859_1);
            String encoded = Base64.getEncoder().withoutPadding().encodeToString(text);
            // The first and the last characters hold bits of what stands beside it, too.
            int from = (before * 8 + 5) / 6;
            int to = text.length * 8 / 6;
            return Pattern.quote(encoded.substring(from, to));
        });
    }

    private void below(Path start) throws IOException {
        if (!Files.exists(start)) {
            return;
        }
        Files.walkFileTree(start, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    look(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                // Other processes may tidy up meanwhile; what is gone has no secrets.
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void look(Path file) throws IOException {
        files++;
        bytes += Files.size(file);
        // Any bytes are some text of this encoding.
        String name = file.toString();
        if (SECRET.matcher(name).find()) {
            found.add(name + ": in its name");
        }
        try (var in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            int number = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                for (int from = 0; from < Math.max(1, line.length()); from += PIECE) {
                    String piece = line.substring(from, Math.min(line.length(), from + PIECE + 200));
                    Matcher secret = SECRET.matcher(piece);
                    if (secret.find()) {
                        found.add(file + ":" + number + ": " + shown(piece, secret));
                        break;
                    }
                }
            }
        }
    }

    /** What stands before the secret, so that it can be seen where it came from. */
    private static String shown(String line, Matcher secret) {
        String before = line.substring(Math.max(0, secret.start() - 80), secret.start());
        return SECRET.matcher(before).replaceAll("***").replaceAll("\\p{Cntrl}", " ") + "***";
    }
}
