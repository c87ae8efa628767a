// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.cli.InProcess;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows works as it stands there. */
class ReadmeTest {

    @TempDir
    Path folder;

    @Test
    void commandsOfTheReadmeWorkAsTheyStandThere() throws Exception {
        Path root = Checkout.root();
        List<String> lines = Pattern.compile("(?m)^\\./tailrace (.*)$")
                .matcher(Files.readString(root.resolve("README.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(lines).hasSizeGreaterThan(5);
        for (String line : lines) {
            String here = line.replace("/tmp/", folder + "/").replace("examples/", root + "/examples/");
            InProcess run = InProcess.run(Map.of("PWD", root.toString()), Clock.systemUTC(), here.split(" +"));
            assertThat(run.exitCode()).as("%s: %s", line, run.err()).isZero();
            assertThat(run.out()).as(line).isNotEmpty();
            assertThat(run.err()).as(line).isEmpty();
        }
        String expected =
                Files.readString(root.resolve("examples/fruits.sha256")).strip();
        assertThat(FixtureRestoreTest.sha256(folder.resolve("from-config.db"))).isEqualTo(expected);
    }

    @Test
    void programOfTheReadmeCompilesAndRestoresTheExample() throws Exception {
        Path root = Checkout.root();
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(root.resolve("README.md")));
        assertThat(block.find()).isTrue();
        Path source = folder.resolve("BringBack.java");
        Files.writeString(source, block.group(1));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler.run(null, null, null, "-cp", System.getProperty("java.class.path"), source.toString()))
                .isZero();

        Path database = folder.resolve("fruits.db");
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            String[] arguments = {"file:" + root.resolve("examples/fruits"), database.toString()};
            loader.loadClass("BringBack").getMethod("main", String[].class).invoke(null, (Object) arguments);
        }
        String expected =
                Files.readString(root.resolve("examples/fruits.sha256")).strip();
        assertThat(FixtureRestoreTest.sha256(database)).isEqualTo(expected);
    }
}
