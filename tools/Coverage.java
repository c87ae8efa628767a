// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adds up JaCoCo's table of branches: {@code java tools/Coverage.java CSV PERCENT}. Prints the sums of each package, the
 * classes with most branches that no test takes, and the sum of all. Exits with 1 if that is less than PERCENT.
 */
final class Coverage {

    private static final int CLASSES = 25;

    /** Branches, and how many of them were taken. */
    private record Sum(String name, int taken, int missed) {

        Sum plus(Sum other) {
            return new Sum(name, taken + other.taken, missed + other.missed);
        }

        double percent() {
            return taken + missed == 0 ? 100 : 100.0 * taken / (taken + missed);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "%6.2f %%  %5d of %5d  %s", percent(), taken, taken + missed, name);
        }
    }

    private Coverage() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, Sum> packages = new TreeMap<>();
        List<Sum> classes = new ArrayList<>();
        Sum all = new Sum("all", 0, 0);
        List<String> lines = Files.readAllLines(Path.of(arguments[0]));
        List<String> heads = List.of(lines.get(0).split(","));
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",");
            String folder = cells[heads.indexOf("PACKAGE")];
            int missed = Integer.parseInt(cells[heads.indexOf("BRANCH_MISSED")]);
            int taken = Integer.parseInt(cells[heads.indexOf("BRANCH_COVERED")]);
            packages.merge(folder, new Sum(folder, taken, missed), Sum::plus);
            classes.add(new Sum(folder + "." + cells[heads.indexOf("CLASS")], taken, missed));
            all = all.plus(new Sum("", taken, missed));
        }
        packages.values().forEach(System.out::println);
        System.out.println();
        classes.stream()
                .filter(each -> each.missed() > 0)
                .sorted(Comparator.comparingInt(Sum::missed).reversed().thenComparing(Sum::name))
                .limit(CLASSES)
                .forEach(System.out::println);
        System.out.println();
        System.out.println(all);
        if (all.taken() == 0 || all.percent() < Double.parseDouble(arguments[1])) {
            System.out.println("less than " + arguments[1] + " %");
            System.exit(1);
        }
    }
}
