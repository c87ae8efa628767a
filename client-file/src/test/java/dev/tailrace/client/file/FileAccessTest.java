// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.testkit.UnprivilegedJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user meets who may not read, list or write some of a replica. */
class FileAccessTest {

    @TempDir
    private Path temp;

    @AfterEach
    void allowCleaningUp() throws IOException {
        mode("closed", "rwx------");
        mode("blind", "rwx------");
    }

    @Test
    void whatIsDeniedIsAnAccessFailureAndDoesNotHideTheRest() throws Exception {
        UnprivilegedJvm.openTo(temp);
        for (String folder : List.of("open", "closed", "blind")) {
            Files.createDirectory(temp.resolve(folder));
            Files.writeString(temp.resolve(folder).resolve("file"), "content");
            mode(folder, "rwxr-xr-x");
        }
        mode("open/file", "rw-r--r--");
        Files.writeString(temp.resolve("open/unreadable"), "content");
        mode("open/unreadable", "---------");
        mode("open", "r-xr-xr-x");
        mode("closed", "---------");
        // Its names can be read, but not what they are.
        mode("blind", "r--r--r--");

        UnprivilegedJvm.Result result = UnprivilegedJvm.run(Calls.class, temp.toString());

        assertThat(result.exitCode()).as(result.output()).isZero();
        Map<String, String> outcomes = result.output()
                .lines()
                .map(line -> line.split(" => ", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        assertThat(outcomes)
                .containsEntry("read open/file", "content")
                .containsEntry("list open/", "[open/file, open/unreadable]")
                .containsEntry("list after closed", "[open/file, open/unreadable]")
                .containsEntry("folders", "[blind, closed, open]");
        for (String denied : List.of(
                "read open/unreadable",
                "read closed/file",
                "stat closed/file",
                "read blind/file",
                "list",
                "list closed/",
                "list blind/",
                "folders of closed/",
                "put open/new",
                "put open/file",
                "put new/file")) {
            assertThat(outcomes.get(denied))
                    .as(denied)
                    .startsWith("StoreAccessException")
                    .contains("permission denied", temp.toString());
        }
        assertThat(outcomes.get("delete"))
                .startsWith("StoreAccessException: cannot delete 2 of 3 objects in file://" + temp)
                .contains("left: open/file, closed/file");
        assertThat(temp.resolve("open/file")).hasContent("content");
    }

    private void mode(String path, String permissions) throws IOException {
        Files.setPosixFilePermissions(temp.resolve(path), PosixFilePermissions.fromString(permissions));
    }

    /** Runs without privileges and prints what each call gave. */
    static final class Calls {

        private Calls() {}

        public static void main(String[] arguments) throws Exception {
            try (FileObjectStore store = new FileObjectStore(Path.of(arguments[0]))) {
                tell("read open/file", () -> read(store, "open/file"));
                tell("read open/unreadable", () -> read(store, "open/unreadable"));
                tell("read closed/file", () -> read(store, "closed/file"));
                tell("stat closed/file", () -> store.stat("closed/file"));
                tell("read blind/file", () -> read(store, "blind/file"));
                tell("list", () -> FileObjectStoreTest.keys(store, "", ""));
                tell("list open/", () -> FileObjectStoreTest.keys(store, "open/", ""));
                tell("list closed/", () -> FileObjectStoreTest.keys(store, "closed/", ""));
                tell("list blind/", () -> FileObjectStoreTest.keys(store, "blind/", ""));
                // Folders before the start are not read, or this would fail.
                tell("list after closed", () -> FileObjectStoreTest.keys(store, "", "closed0"));
                tell("folders", () -> store.listFolders(""));
                tell("folders of closed/", () -> store.listFolders("closed/"));
                for (String key : List.of("open/new", "open/file", "new/file")) {
                    tell("put " + key, () -> store.put(key, ObjectSource.of(new byte[1]), PutOptions.NONE));
                }
                tell("delete", () -> {
                    store.delete(List.of("absent", "open/file", "closed/file"));
                    return "deleted";
                });
            }
        }

        private static String read(FileObjectStore store, String key) throws IOException {
            try (ObjectStream stream = store.open(ObjectRead.whole(key))) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            }
        }

        private static void tell(String what, Callable<Object> call) throws Exception {
            try {
                System.out.println(what + " => " + call.call());
            } catch (TailraceException e) {
                System.out.println(what + " => " + e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
    }
}
