// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Adds up the reports of Surefire and Failsafe: {@code java tools/TestReports.java FOLDER}. Every folder in FOLDER
 * holds the reports of one run of the tests. Prints what failed, what was skipped and why, the sums of each run, and
 * as its last line the sum of all. Exits with 1 if a test failed or none ran.
 */
final class TestReports {
    private static final int LINES_OF_A_FAILURE = 25;

    private final String run;
    private final List<String> failures = new ArrayList<>();
    /** Reason to names of tests. */
    private final Map<String, List<String>> skipped = new TreeMap<>();
    private String java = "?";
    private int passed;
    private double seconds;

    private TestReports(String run) {
        this.run = run;
    }

    public static void main(String[] args) throws Exception {
        List<TestReports> runs = new ArrayList<>();
        Path root = Path.of(args[0]);
        if (Files.isDirectory(root)) {
            for (Path folder : sorted(root)) {
                TestReports reports = new TestReports(folder.getFileName().toString());
                reports.readAll(folder);
                runs.add(reports);
            }
        }
        runs.forEach(TestReports::printFailures);
        runs.forEach(TestReports::printSkipped);
        System.out.println();
        runs.forEach(TestReports::printSums);
        int passed = runs.stream().mapToInt(r -> r.passed).sum();
        int failed = runs.stream().mapToInt(r -> r.failures.size()).sum();
        int skipped = runs.stream().mapToInt(TestReports::skippedCount).sum();
        if (passed + failed == 0) {
            System.out.println("no test was run");
        }
        System.out.println(passed + " passed, " + failed + " failed, " + skipped + " skipped");
        System.exit(failed > 0 || passed == 0 ? 1 : 0);
    }

    private static List<Path> sorted(Path folder) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(entries::add);
        }
        entries.sort(null);
        return entries;
    }

    private void readAll(Path folder) throws Exception {
        DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(TestReports::isReport).sorted()::iterator) {
                read(parser.parse(file.toFile()).getDocumentElement());
            }
        }
    }

    private static boolean isReport(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith("TEST-") && name.endsWith(".xml");
    }

    private void read(Element suite) {
        NodeList properties = suite.getElementsByTagName("property");
        for (int i = 0; i < properties.getLength(); i++) {
            Element property = (Element) properties.item(i);
            if (property.getAttribute("name").equals("java.version")) {
                java = property.getAttribute("value");
            }
        }
        seconds += Double.parseDouble("0" + suite.getAttribute("time").replace(",", ""));
        NodeList cases = suite.getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            readCase((Element) cases.item(i));
        }
    }

    private void readCase(Element test) {
        String method = test.getAttribute("name");
        String name = test.getAttribute("classname") + (method.isEmpty() ? "" : " > " + method);
        Element failure = child(test, "failure", "error");
        Element skip = child(test, "skipped");
        if (failure != null) {
            failures.add(name + "\n" + excerpt(failure));
        } else if (skip != null) {
            // JUnit puts the condition before the reason.
            String reason = skip.getAttribute("message").replaceFirst("(?s)^.* ==> ", "");
            skipped.computeIfAbsent(reason.isBlank() ? "no reason given" : reason.strip(), r -> new ArrayList<>())
                    .add(name);
        } else {
            passed++;
        }
    }

    private static Element child(Element parent, String... names) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && List.of(names).contains(element.getTagName())) {
                return element;
            }
        }
        return null;
    }

    private static String excerpt(Element failure) {
        List<String> lines = failure.getTextContent().strip().lines().toList();
        StringBuilder text = new StringBuilder();
        for (String line : lines.subList(0, Math.min(LINES_OF_A_FAILURE, lines.size()))) {
            text.append("    ").append(line).append('\n');
        }
        if (lines.size() > LINES_OF_A_FAILURE) {
            text.append("    (").append(lines.size() - LINES_OF_A_FAILURE).append(" more lines)\n");
        }
        return text.toString();
    }

    private int skippedCount() {
        return skipped.values().stream().mapToInt(List::size).sum();
    }

    private void printFailures() {
        for (String failure : failures) {
            System.out.println("\nFAILED (" + run + ") " + failure.stripTrailing());
        }
    }

    private void printSkipped() {
        skipped.forEach((reason, names) -> {
            System.out.println("\nskipped (" + run + "), " + reason + ":");
            names.forEach(name -> System.out.println("    " + name));
        });
    }

    private void printSums() {
        System.out.printf(
                "  %-40s %6d passed %4d failed %4d skipped, %.1f s in tests%n",
                run + " (Java " + java + ")", passed, failures.size(), skippedCount(), seconds);
    }
}
