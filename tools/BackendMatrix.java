// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the table of what was seen to work, of each backend and layout, from what the tests against servers recorded:
 * {@code java tools/BackendMatrix.java [--check] DOCUMENT RESULTS}. It stands between two marks in DOCUMENT; with
 * {@code --check} nothing is written, and the exit code is 1 if it is not what the results say.
 */
final class BackendMatrix {

    private static final String BEGIN = "<!-- made by tools/BackendMatrix.java -->\n";
    private static final String END = "<!-- end -->\n";

    private final Set<String> operations = new LinkedHashSet<>();
    /** Backend and layout to operation to whether it failed anywhere. */
    private final Map<String, Map<String, Boolean>> rows = new LinkedHashMap<>();

    private BackendMatrix() {}

    public static void main(String[] arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(arguments));
        boolean check = words.remove("--check");
        Path document = Path.of(words.get(0));
        BackendMatrix matrix = new BackendMatrix();
        matrix.readAll(Path.of(words.get(1)));
        String text = Files.readString(document);
        int from = text.indexOf(BEGIN);
        int to = text.indexOf(END);
        if (from < 0 || to < from) {
            throw new IOException(document + " has no marks for the table");
        }
        String made = text.substring(0, from + BEGIN.length()) + matrix.table() + text.substring(to);
        if (!check) {
            Files.writeString(document, made);
        } else if (!made.equals(text)) {
            System.out.println(document + " is not what the tests have shown; make it anew by");
            System.out.println("  java tools/BackendMatrix.java " + document + " " + words.get(1));
            System.out.print(matrix.table());
            System.exit(1);
        }
    }

    private void readAll(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            System.out.println("No test has written a row of the table into " + folder + "; the tests did not get that far.");
            System.exit(1);
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.tsv")) {
            found.forEach(files::add);
        }
        files.sort(null);
        List<String> lines = new ArrayList<>();
        for (Path file : files) {
            lines.addAll(Files.readAllLines(file));
        }
        // Tests run in any order.
        lines.sort(null);
        for (String line : lines) {
            String[] cells = line.split("\t", -1);
            operations.add(cells[2]);
            rows.computeIfAbsent(cells[0] + "\t" + cells[1], row -> new LinkedHashMap<>())
                    .merge(cells[2], cells[3].equals("failed"), Boolean::logicalOr);
        }
    }

    private String table() {
        List<String> sorted = new ArrayList<>(operations);
        sorted.sort(null);
        StringBuilder table = new StringBuilder("\n| backend | layout |");
        sorted.forEach(operation -> table.append(' ').append(operation).append(" |"));
        table.append("\n|---|---|").append("---|".repeat(sorted.size())).append('\n');
        rows.forEach((row, results) -> {
            table.append("| ").append(row.replace("\t", " | ")).append(" |");
            for (String operation : sorted) {
                Boolean failed = results.get(operation);
                table.append(failed == null ? " not tried |" : failed ? " **fails** |" : " yes |");
            }
            table.append('\n');
        });
        return table.append('\n').toString();
    }
}
