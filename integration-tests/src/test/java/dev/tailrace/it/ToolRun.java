// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.testkit.internal.ProcessTitles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What one of the programs in {@code tools} printed, in lines, and how it ended. */
record ToolRun(int exitCode, List<String> lines) {

    /** Runs {@code name} in {@code folder}, which {@code arguments} may be relative to, until it ends. */
    static ToolRun of(String name, Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Most of the time goes to compiling the program, once.
                "-XX:TieredStopAtLevel=1",
                Checkout.root().resolve("tools").resolve(name).toString()));
        command.addAll(List.of(arguments));
        Process process = ProcessTitles.builder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new ToolRun(process.waitFor(), printed.lines().toList());
    }
}
