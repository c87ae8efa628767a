// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The programs that are compared. */
final class Contenders {

    /** What the others are measured by. */
    static final String FLOOR = "floor";

    private Contenders() {}

    /** The floor, the packed command line that {@code benchmarks/run} names, and Litestream where it is on the PATH. */
    static List<Contender> present() {
        String launcher = System.getProperty("tailrace.launcher");
        if (launcher == null) {
            throw new IllegalStateException("no -Dtailrace.launcher: start by benchmarks/run");
        }
        List<Contender> present = new ArrayList<>();
        present.add(new Contender(FLOOR, Contenders::floor));
        present.add(new Contender(
                "tailrace",
                (replica, database) ->
                        List.of(launcher, "restore", "-q", "-o", database.toString(), replica.toString())));
        String path = System.getenv().getOrDefault("PATH", "");
        for (String folder : path.split(Pattern.quote(File.pathSeparator), -1)) {
            Path litestream = Path.of(folder, "litestream");
            if (Files.isExecutable(litestream)) {
                present.add(new Contender(
                        "litestream",
                        (replica, database) -> List.of(
                                litestream.toString(), "restore", "-o", database.toString(), "file://" + replica)));
                return present;
            }
        }
        System.out.println("There is no litestream on the PATH: it does not take part.");
        return present;
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
