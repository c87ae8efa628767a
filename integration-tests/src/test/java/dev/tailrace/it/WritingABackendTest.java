// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.ObjectStoreContract;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/writing-a-backend.md shows is the example's own code, and it names every switch of the contract. */
class WritingABackendTest {

    private static final Pattern BLOCK =
            Pattern.compile("(?:<!-- (?<file>\\S+) -->\n)?```(?<language>\\w+)\n(?<code>.*?)```\n", Pattern.DOTALL);

    @Test
    void showsTheCodeOfTheExample() throws IOException {
        List<MatchResult> blocks = BLOCK.matcher(page()).results().toList();
        assertThat(blocks).hasSizeGreaterThan(8);
        for (MatchResult block : blocks) {
            String file = block.group(1);
            if (block.group(2).equals("sh")) {
                assertThat(file).isNull();
                continue;
            }
            assertThat(file).as("where this is from: %s", block.group(3)).isNotNull();
            assertThat(Files.readString(Checkout.root().resolve(file))).as(file).contains(block.group(3));
        }
    }

    @Test
    void namesEverySwitchOfTheContract() throws IOException {
        String page = page();
        List<String> switches = new ArrayList<>();
        for (Class<?> type = ObjectStoreContract.class; type != Object.class; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                boolean overridable =
                        Modifier.isProtected(method.getModifiers()) && !Modifier.isFinal(method.getModifiers());
                if (overridable && !method.isSynthetic() && !method.isAnnotationPresent(Test.class)) {
                    switches.add(method.getName());
                }
            }
        }
        assertThat(switches)
                .hasSizeGreaterThan(10)
                .contains("openStore", "leftovers", "oddNames")
                .allSatisfy(name -> assertThat(page).contains(name));
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        Path docs = Checkout.root().resolve("docs");
        List<MatchResult> links =
                Pattern.compile("]\\(([^)#:]+)\\)").matcher(page()).results().toList();
        assertThat(links)
                .isNotEmpty()
                .allSatisfy(link -> assertThat(docs.resolve(link.group(1))).exists());
    }

    private static String page() throws IOException {
        return Files.readString(Checkout.root().resolve("docs/writing-a-backend.md"));
    }
}
