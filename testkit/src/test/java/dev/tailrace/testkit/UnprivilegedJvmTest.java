// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnprivilegedJvmTest {

    @Test
    void mayReadOnlyWhatIsOpenToAll(@TempDir Path folder) throws Exception {
        UnprivilegedJvm.openTo(folder);
        Path open = Files.writeString(folder.resolve("open"), "content");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("r--r--r--"));
        Path closed = Files.writeString(folder.resolve("closed"), "content");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));

        UnprivilegedJvm.Result result = UnprivilegedJvm.run(Readable.class, open.toString(), closed.toString());

        assertThat(result.output()).isEqualTo("true\nfalse\n");
        assertThat(result.exitCode()).isEqualTo(3);
    }

    /** Prints whether files can be read. */
    static final class Readable {

        private Readable() {}

        public static void main(String[] paths) {
            for (String path : paths) {
                System.out.println(Files.isReadable(Path.of(path)));
            }
            System.exit(3);
        }
    }
}
