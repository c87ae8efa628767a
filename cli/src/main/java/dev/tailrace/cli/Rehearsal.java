// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.nio.file.Path;

/**
 * Does what most runs do, so that the virtual machine learns which classes a start needs. The launcher has it done in the
 * background, and keeps those classes in an archive.
 */
final class Rehearsal {

    private Rehearsal() {}

    /**
     * Rehearses, and ends the process.
     *
     * @param arguments a folder with replicas, one for each format, and a folder that takes what they are restored to
     */
    public static void main(String[] arguments) {
        Path replicas = Path.of(arguments[0]);
        Path scratch = Path.of(arguments[1]);
        String generations = replicas.resolve("fruits").toString();
        String ltx = replicas.resolve("ltx").toString();
        run("info", generations);
        run("info", "-json", ltx);
        run("verify", generations);
        run("version");
        run("restore", "-v", "-json", "-o", file(scratch, "json.db"), generations);
        run("restore", "-o", file(scratch, "ltx.db"), ltx);
        Main.main(new String[] {"restore", "-o", file(scratch, "fruits.db"), generations});
    }

    private static void run(String... arguments) {
        new CommandLineInterface(Surroundings.ofThisProcess(), new LibraryRestore()).run(arguments);
    }

    private static String file(Path folder, String name) {
        return folder.resolve(name).toString();
    }
}
