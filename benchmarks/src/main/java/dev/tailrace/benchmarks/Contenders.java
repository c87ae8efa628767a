// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The programs that are compared. */
final class Contenders {

    /** What the others are measured by. */
    static final String FLOOR = "floor";

    static final String TAILRACE = "tailrace";

    /** Those that read LTX files have a command that lists them. */
    private static final Pattern LTX_COMMAND = Pattern.compile("(?m)^\\s+ltx\\s");

    private Contenders() {}

    /**
     * The floor, the packed command line that {@code benchmarks/run} names, and each Litestream on the PATH: programs whose
     * name begins so.
     */
    static List<Contender> present() throws IOException, InterruptedException {
        String launcher = System.getProperty("tailrace.launcher");
        if (launcher == null) {
            throw new IllegalStateException("no -Dtailrace.launcher: start by benchmarks/run");
        }
        List<Contender> present = new ArrayList<>();
        present.add(new Contender(FLOOR, true, Contenders::floor));
        present.add(new Contender(
                TAILRACE,
                true,
                (replica, database) ->
                        List.of(launcher, "restore", "-q", "-o", database.toString(), replica.toString())));
        String path = System.getenv().getOrDefault("PATH", "");
        for (String folder : path.split(Pattern.quote(File.pathSeparator), -1)) {
            for (Path program : litestreams(Path.of(folder))) {
                present.add(litestream(program));
            }
        }
        if (present.size() == 2) {
            System.out.println("There is no litestream on the PATH: it does not take part.");
        }
        return present;
    }

    private static List<Path> litestreams(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> programs = Files.list(folder)) {
            return programs.filter(program -> program.getFileName().toString().startsWith("litestream"))
                    .filter(program -> Files.isRegularFile(program) && Files.isExecutable(program))
                    .sorted()
                    .toList();
        }
    }

    private static Contender litestream(Path program) throws IOException, InterruptedException {
        Process asked = new ProcessBuilder(program.toString(), "help")
                .redirectErrorStream(true)
                .start();
        String commands = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        asked.waitFor();
        return new Contender(
                program.getFileName().toString(),
                LTX_COMMAND.matcher(commands).find(),
                (replica, database) ->
                        List.of(program.toString(), "restore", "-o", database.toString(), "file://" + replica));
    }

    private static List<String> floor(Path replica, Path database) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Floor.class.getName(),
                replica.toString(),
                database.toString());
    }
}
