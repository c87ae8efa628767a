// SPDX-License-Identifier: Apache-2.0

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Adds up PIT's report: {@code java tools/Mutants.java XML}. Prints the sums of each package and of all, and then each
 * mutant that no test has noticed. Exits with 1 if the report holds none at all, or some that could not be run.
 */
final class Mutants {

    private Mutants() {}

    /** One altered place, and what became of it. */
    private record Mutant(String className, String method, int line, String mutator, String change, String status) {

        static Mutant of(Element element) {
            String mutator = text(element, "mutator");
            return new Mutant(
                    text(element, "mutatedClass"),
                    text(element, "mutatedMethod"),
                    Integer.parseInt(text(element, "lineNumber")),
                    mutator.substring(mutator.lastIndexOf('.') + 1).replaceFirst("Mutator$", ""),
                    text(element, "description"),
                    element.getAttribute("status"));
        }

        String packageName() {
            return className.substring(0, className.lastIndexOf('.'));
        }

        boolean killed() {
            return status.equals("KILLED");
        }

        /** Went on too long, or took too much memory: noticed too, but by no assertion. */
        boolean stopped() {
            return status.equals("TIMED_OUT") || status.equals("MEMORY_ERROR");
        }

        boolean survived() {
            return status.equals("SURVIVED");
        }

        boolean unreached() {
            return status.equals("NO_COVERAGE");
        }

        boolean failed() {
            return !killed() && !stopped() && !survived() && !unreached();
        }

        @Override
        public String toString() {
            String simple = className.substring(packageName().length() + 1);
            String state = survived() ? "" : "  (" + (unreached() ? "no test comes here" : status) + ")";
            return simple + ":" + line + "  " + method + "  " + mutator + ": " + change + state;
        }
    }

    public static void main(String[] arguments) throws IOException, ParserConfigurationException, SAXException {
        List<Mutant> all = mutants(new File(arguments[0]));
        Map<String, List<Mutant>> packages = new TreeMap<>();
        for (Mutant mutant : all) {
            packages.computeIfAbsent(mutant.packageName(), name -> new ArrayList<>())
                    .add(mutant);
        }
        System.out.println("mutants  killed  timed out  survived  no coverage");
        packages.forEach(Mutants::printSums);
        if (packages.size() > 1) {
            printSums("all", all);
        }
        packages.forEach((name, mutants) -> printLeft(name, mutants));
        System.exit(all.isEmpty() || all.stream().anyMatch(Mutant::failed) ? 1 : 0);
    }

    private static List<Mutant> mutants(File report)
            throws IOException, ParserConfigurationException, SAXException {
        NodeList elements = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report)
                .getElementsByTagName("mutation");
        List<Mutant> mutants = new ArrayList<>();
        for (int i = 0; i < elements.getLength(); i++) {
            mutants.add(Mutant.of((Element) elements.item(i)));
        }
        mutants.sort(Comparator.comparing(Mutant::className)
                .thenComparingInt(Mutant::line)
                .thenComparing(Mutant::mutator));
        return mutants;
    }

    private static void printSums(String name, List<Mutant> mutants) {
        System.out.println(String.format(
                Locale.ROOT,
                "%7d  %6d  %9d  %8d  %11d  %s",
                mutants.size(),
                count(mutants, Mutant::killed),
                count(mutants, Mutant::stopped),
                count(mutants, Mutant::survived),
                count(mutants, Mutant::unreached),
                name));
    }

    private static long count(List<Mutant> mutants, Predicate<Mutant> what) {
        return mutants.stream().filter(what).count();
    }

    private static void printLeft(String name, List<Mutant> mutants) {
        List<Mutant> left = mutants.stream()
                .filter(mutant -> !mutant.killed() && !mutant.stopped())
                .toList();
        if (!left.isEmpty()) {
            System.out.println();
            System.out.println("not noticed in " + name + ":");
            left.forEach(mutant -> System.out.println("  " + mutant));
        }
    }

    private static String text(Element element, String tag) {
        return element.getElementsByTagName(tag).item(0).getTextContent();
    }
}
