// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares the libraries that the packed command line lists with the advisories that are known: {@code java
 * tools/KnownVulnerabilities.java ADVISORIES SBOM [GROUP:ARTIFACT:VERSION...]}. What is packed under another name than its own is
 * named after the SBOM. Needs no network. Prints what is affected, and what lines or versions are not understood, and ends with 1 if
 * there are any; else it says how much was compared, and as of which day.
 *
 * <p>ADVISORIES holds a line {@code # as of YYYY-MM-DD}, other lines that begin with {@code #}, and then, separated by commas:
 * library, first affected version (empty: all before), first version that is not affected any more (empty: there is none),
 * advisory, a word on what it is. SBOM is CycloneDX in JSON.
 */
final class KnownVulnerabilities {

    private static final Pattern DAY = Pattern.compile("# as of (\\d{4}-\\d{2}-\\d{2})");
    private static final Pattern ADVISORY = Pattern.compile("(CVE-\\d{4}-\\d{4,}|GHSA(-[23456789cfghjmpqrvwx]{4}){3})");
    private static final Pattern LIBRARY = Pattern.compile("[\\w.-]+:[\\w.-]+");
    private static final Pattern PURL = Pattern.compile("\"purl\"\\s*:\\s*\"([^\"]*)\"");
    private static final Pattern MAVEN_PURL = Pattern.compile("pkg:maven/([\\w.-]+)/([\\w.-]+)@([\\w.+-]+)(\\?.*)?");
    private static final Pattern NAMED = Pattern.compile("\"bom-ref\"\\s*:");

    private record Advisory(String name, Version from, Version fixed, String what) {

        boolean affects(Version version) {
            return (from == null || from.compareTo(version) <= 0) && (fixed == null || version.compareTo(fixed) < 0);
        }

        String advice() {
            return name + " (" + what + "), " + (fixed == null ? "no version is free of it" : "fixed in " + fixed.text());
        }
    }

    private final TreeMap<String, List<Advisory>> advisories = new TreeMap<>();
    /** Library to the versions that are packed. */
    private final TreeMap<String, Set<String>> packed = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private String day = "";

    private KnownVulnerabilities() {}

    public static void main(String[] arguments) throws IOException {
        KnownVulnerabilities known = new KnownVulnerabilities();
        known.readAdvisories(Path.of(arguments[0]));
        known.readSbom(Path.of(arguments[1]));
        for (String library : List.of(arguments).subList(2, arguments.length)) {
            known.pack(library.substring(0, Math.max(0, library.lastIndexOf(':'))), library.substring(library.lastIndexOf(':') + 1));
        }
        known.compare();
        known.problems.forEach(System.out::println);
        if (!known.problems.isEmpty()) {
            System.exit(1);
        }
        System.out.println(known.extent());
    }

    private void readAdvisories(Path file) throws IOException {
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            Matcher asOf = DAY.matcher(line);
            if (asOf.matches()) {
                day = asOf.group(1);
            }
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                readAdvisory(line.split(",", -1));
            } catch (IllegalArgumentException e) {
                problems.add(file + ":" + number + ": " + e.getMessage());
            }
        }
        if (day.isEmpty()) {
            problems.add(file + ": no line \"# as of YYYY-MM-DD\"");
        }
    }

    private void readAdvisory(String[] cells) {
        if (cells.length != 5
                || !LIBRARY.matcher(cells[0]).matches()
                || !ADVISORY.matcher(cells[3]).matches()
                || cells[4].isBlank()) {
            throw new IllegalArgumentException("not \"library,from,fixed,advisory,what\": " + String.join(",", cells));
        }
        Version from = cells[1].isEmpty() ? null : Version.of(cells[1]);
        Version fixed = cells[2].isEmpty() ? null : Version.of(cells[2]);
        if (from != null && fixed != null && from.compareTo(fixed) >= 0) {
            throw new IllegalArgumentException("no version is from " + from.text() + " on and before " + fixed.text());
        }
        advisories.computeIfAbsent(cells[0], library -> new ArrayList<>()).add(new Advisory(cells[3], from, fixed, cells[4]));
    }

    private void readSbom(Path file) throws IOException {
        String text = Files.readString(file);
        int found = 0;
        for (Matcher purl = PURL.matcher(text); purl.find(); found++) {
            Matcher maven = MAVEN_PURL.matcher(purl.group(1));
            if (!maven.matches()) {
                problems.add(file + ": not a library of Maven: " + purl.group(1));
                continue;
            }
            pack(maven.group(1) + ":" + maven.group(2), maven.group(3));
        }
        // A component without a purl would be passed over.
        long named = NAMED.matcher(text).results().count();
        if (found == 0 || found != named) {
            problems.add(file + ": " + found + " purls for " + named + " components");
        }
    }

    private void pack(String library, String version) {
        if (!LIBRARY.matcher(library).matches() || version.isEmpty()) {
            problems.add("not \"group:artifact:version\": " + library + ":" + version);
            return;
        }
        packed.computeIfAbsent(library, name -> new TreeSet<>()).add(version);
    }

    private void compare() {
        packed.forEach((library, versions) -> {
            for (Advisory advisory : advisories.getOrDefault(library, List.of())) {
                for (String version : versions) {
                    compare(library, version, advisory);
                }
            }
        });
    }

    private void compare(String library, String version, Advisory advisory) {
        try {
            if (advisory.affects(Version.of(version))) {
                problems.add(library + " " + version + ": " + advisory.advice());
            }
        } catch (IllegalArgumentException e) {
            problems.add(library + " " + version + ": " + advisory.name() + ": " + e.getMessage());
        }
    }

    private String extent() {
        long withEntries = packed.keySet().stream().filter(advisories::containsKey).count();
        return packed.size() + " libraries, " + withEntries + " of them with entries, list as of " + day;
    }

    /**
     * A version in the order of Maven. Only forms whose order is certain are read: numbers, then the words that Maven knows, or
     * {@code android} and {@code jre}, each with numbers of its own.
     */
    private record Version(String text, List<Long> numbers, List<Part> rest) implements Comparable<Version> {

        /** In Maven's order; what comes after a release of the same number is behind "". */
        private static final List<String> WORDS = List.of("alpha", "beta", "milestone", "rc", "snapshot", "", "sp", "android", "jre");

        private static final Pattern FORM =
                Pattern.compile("(\\d{1,18}(?:\\.\\d{1,18})*+)((?:(?:-?[a-z]++|\\.(?:final|ga|release))(?:[.-]?\\d{1,18})*+)*+)");
        private static final Pattern PART = Pattern.compile("([.-]?)([a-z]+|\\d+)");

        /** A word, by its place among {@link #WORDS}; or a number, which is later than any word. */
        private record Part(Kind kind, long value) implements Comparable<Part> {

            private enum Kind {
                WORD,
                NUMBER,
                DOTTED_NUMBER
            }

            static final Part NONE = new Part(Kind.WORD, WORDS.indexOf(""));

            @Override
            public int compareTo(Part other) {
                return kind == other.kind ? Long.compare(value, other.value) : kind.compareTo(other.kind);
            }
        }

        static Version of(String text) {
            Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
            if (!form.matches()) {
                throw new IllegalArgumentException("the order of version " + text + " is not known");
            }
            List<Long> numbers = new ArrayList<>();
            for (String number : form.group(1).split("\\.")) {
                numbers.add(Long.valueOf(number));
            }
            String tail = form.group(2);
            List<Part> rest = new ArrayList<>();
            for (Matcher part = PART.matcher(tail); part.find(); ) {
                if (Character.isDigit(part.group(2).charAt(0))) {
                    Part.Kind kind = part.group(1).equals(".") ? Part.Kind.DOTTED_NUMBER : Part.Kind.NUMBER;
                    rest.add(new Part(kind, Long.parseLong(part.group(2))));
                    continue;
                }
                boolean numberFollows = part.end() < tail.length() && Character.isDigit(tail.charAt(part.end()));
                int place = WORDS.indexOf(known(part.group(2), numberFollows));
                if (place < 0) {
                    throw new IllegalArgumentException("the order of version " + text + " is not known");
                }
                rest.add(new Part(Part.Kind.WORD, place));
            }
            // Maven takes "rc" and "rc0" for the same.
            while (!rest.isEmpty() && rest.get(rest.size() - 1).kind() != Part.Kind.WORD && rest.get(rest.size() - 1).value() == 0) {
                rest.remove(rest.size() - 1);
            }
            return new Version(text, numbers, rest);
        }

        private static String known(String word, boolean numberFollows) {
            return switch (word) {
                case "cr" -> "rc";
                case "final", "ga", "release" -> "";
                case "a" -> numberFollows ? "alpha" : word;
                case "b" -> numberFollows ? "beta" : word;
                case "m" -> numberFollows ? "milestone" : word;
                default -> word;
            };
        }

        @Override
        public int compareTo(Version other) {
            for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
                int order = Long.compare(number(i), other.number(i));
                if (order != 0) {
                    return order;
                }
            }
            for (int i = 0; i < Math.max(rest.size(), other.rest.size()); i++) {
                int order = part(i).compareTo(other.part(i));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        }

        private long number(int i) {
            return i < numbers.size() ? numbers.get(i) : 0;
        }

        private Part part(int i) {
            return i < rest.size() ? rest.get(i) : Part.NONE;
        }
    }
}
