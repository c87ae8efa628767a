// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FileObjectStoreTest {

    @TempDir
    private Path temp;

    private Path root;
    private FileObjectStore store;

    @BeforeEach
    void openStore() {
        root = temp.resolve("replica");
        store = new FileObjectStore(root);
    }

    @AfterEach
    void closeStore() throws IOException {
        store.close();
    }

    // ---- files as they are written

    @Test
    void filesAndFoldersAreForTheirOwnerOnly() throws IOException {
        root = temp.resolve("new/parent/replica");
        store = new FileObjectStore(root);
        put("generations/0123/wal/1", "1");
        store.put("generations/0123/wal/2", source("2"), PutOptions.NONE.ifAbsent());

        assertThat(mode(root.resolve("generations/0123/wal/1"))).isEqualTo("rw-------");
        assertThat(mode(root.resolve("generations/0123/wal/2"))).isEqualTo("rw-------");
        for (String folder : List.of("generations/0123/wal", "generations/0123", "generations", "", "..", "../..")) {
            assertThat(mode(root.resolve(folder).normalize())).as(folder).isEqualTo("rwx------");
        }
    }

    @Test
    void recordedTimeIsTheModificationTimeToTheNanosecond() throws IOException {
        Instant time = Instant.parse("2022-01-04T10:11:12.123456789Z");
        ObjectInfo info = store.put("a", source("1"), PutOptions.NONE.recordedAt(time));

        assertThat(info.storedAt()).isEqualTo(time);
        assertThat(Files.getLastModifiedTime(root.resolve("a")).toInstant()).isEqualTo(time);
        assertThat(info.version())
                .contains("1-" + Long.toString(time.getEpochSecond(), 36) + "." + Long.toString(123456789, 36));
    }

    @Test
    void temporaryFileIsBesideItsObjectAndEndsInTmp() throws IOException {
        put("folder/a", "old");
        List<String> during = new ArrayList<>();
        store.put(
                "folder/a",
                new ObjectSource() {
                    @Override
                    public InputStream open() throws IOException {
                        during.addAll(names(root.resolve("folder")));
                        return source("new").open();
                    }

                    @Override
                    public long size() {
                        return 3;
                    }
                },
                PutOptions.NONE);

        assertThat(during).hasSize(2).contains("a").anyMatch(name -> name.matches("tailrace-[0-9a-f]+\\.tmp"));
        assertThat(names(root.resolve("folder"))).containsExactly("a");
    }

    @Test
    void failedPutRemovesTheFoldersItMade() throws IOException {
        put("kept", "1");
        ObjectSource broken = new ObjectSource() {
            @Override
            public InputStream open() throws IOException {
                throw new IOException("the source is broken");
            }

            @Override
            public long size() {
                return 3;
            }
        };

        assertThatThrownBy(() -> store.put("new/folder/a", broken, PutOptions.NONE))
                .hasMessage("the source is broken");
        assertThat(names(root)).containsExactly("kept");
    }

    @Test
    void deleteRemovesFoldersThatBecameEmptyButNotTheRoot() throws IOException {
        put("a/b/c/1", "1");
        put("a/b/2", "2");
        store.delete(List.of("a/b/c/1"));
        assertThat(root.resolve("a/b/c")).doesNotExist();
        assertThat(root.resolve("a/b/2")).exists();

        store.delete(List.of("a/b/2"));
        assertThat(names(root)).isEmpty();
        assertThat(root).isDirectory();
    }

    @Test
    void putsAndDeletesInOneFolderDoNotDisturbEachOther() throws Exception {
        inThreads(4, thread -> {
            try (FileObjectStore own = new FileObjectStore(root)) {
                for (int i = 0; i < 100; i++) {
                    String key = "shared/folder/" + thread;
                    own.put(key, source("x"), PutOptions.NONE);
                    own.delete(List.of(key));
                }
            }
            return thread;
        });

        assertThat(names(root)).isEmpty();
    }

    @Test
    void folderIsNeitherReadNorReplacedNorDeleted() throws IOException {
        put("a/b", "1");
        Files.createDirectories(root.resolve("empty"));

        assertThat(store.stat("a")).isEmpty();
        assertThatThrownBy(() -> put("a", "2"))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("a folder has that name");
        assertThatThrownBy(() -> put("empty", "2")).isInstanceOf(StoreAccessException.class);
        assertThatThrownBy(() -> put("a/b/c", "2"))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("not a folder: " + root.resolve("a/b"));
        store.delete(List.of("a", "empty"));
        assertThat(root.resolve("empty")).isDirectory();
        assertThat(keys("")).containsExactly("a/b");
        assertThat(store.listFolders("")).containsExactly("a", "empty");
    }

    // ---- keys that try to leave

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/etc/passwd",
                "../outside",
                "a/../../outside",
                "a/..",
                "..",
                ".",
                "./a",
                "a/./b",
                "a//b",
                "a/",
                "a\\..\\b",
                "..\\outside",
                "a\0b"
            })
    void refusesWhatIsNoKeyBeforeAnythingElse(String key) throws IOException {
        Files.writeString(temp.resolve("outside"), "secret");
        put("a/b", "1");

        List<Callable<Object>> calls = List.of(
                () -> store.stat(key),
                () -> store.open(ObjectRead.whole(key)),
                () -> store.put(key, source("x"), PutOptions.NONE),
                () -> store.list(key + "/x", ""),
                () -> store.listFolders(key + "/"),
                () -> {
                    store.delete(List.of("a/b", key));
                    return key;
                });
        for (Callable<Object> call : calls) {
            assertThatThrownBy(call::call)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(key);
        }
        assertThat(temp.resolve("outside")).hasContent("secret");
        assertThat(root.resolve("a/b")).hasContent("1");
        assertThat(names(temp)).containsExactly("outside", "replica");
    }

    @Test
    void linksThatLeadOutAreNotFollowed() throws IOException {
        Path outside = Files.createDirectories(temp.resolve("outside/folder"));
        Files.writeString(outside.resolve("secret"), "secret");
        put("a/b", "1");
        Files.createSymbolicLink(root.resolve("a/folder"), outside);
        Files.createSymbolicLink(root.resolve("a/relative"), Path.of("../../outside/folder"));
        Files.createSymbolicLink(root.resolve("a/file"), outside.resolve("secret"));
        Files.createSymbolicLink(root.resolve("a/dangling"), temp.resolve("outside/nothing"));
        Files.createSymbolicLink(root.resolve("a/loop"), Path.of("loop"));

        assertThat(keys("")).containsExactly("a/b");
        assertThat(store.listFolders("a/")).isEmpty();
        for (String key : List.of("a/folder/secret", "a/relative/secret", "a/file")) {
            List<Callable<Object>> calls =
                    List.of(() -> store.stat(key), () -> store.open(ObjectRead.whole(key)), () -> {
                        store.delete(List.of(key));
                        return key;
                    });
            for (Callable<Object> call : calls) {
                assertThatThrownBy(call::call)
                        .as(key)
                        .isInstanceOf(StoreAccessException.class)
                        .hasMessageContaining("leads out of " + store.location());
            }
        }
        for (String folder : List.of("a/folder/", "a/relative/")) {
            assertThatThrownBy(() -> put(folder + "new", "x")).isInstanceOf(StoreAccessException.class);
            assertThatThrownBy(() -> keys(folder)).isInstanceOf(StoreAccessException.class);
            assertThatThrownBy(() -> store.listFolders(folder)).isInstanceOf(StoreAccessException.class);
        }
        assertThat(names(outside)).containsExactly("secret");
        assertThat(outside.resolve("secret")).hasContent("secret");
        assertThat(store.stat("a/dangling")).isEmpty();
    }

    @Test
    void puttingOverALinkReplacesTheLink() throws IOException {
        Path outside = Files.writeString(temp.resolve("outside"), "kept");
        Files.createDirectories(root);
        Files.createSymbolicLink(root.resolve("a"), outside);

        put("a", "new");

        assertThat(Files.isSymbolicLink(root.resolve("a"))).isFalse();
        assertThat(root.resolve("a")).hasContent("new");
        assertThat(outside).hasContent("kept");
    }

    @Test
    void linksInsideAreFollowed() throws IOException {
        put("real/1", "one");
        put("real/deep/2", "two");
        Files.createSymbolicLink(root.resolve("alias"), Path.of("real"));
        Files.createSymbolicLink(root.resolve("real/link"), Path.of("1"));
        Files.createSymbolicLink(root.resolve("real/deep/up"), Path.of(".."));

        assertThat(keys(""))
                .containsExactly("alias/1", "alias/deep/2", "alias/link", "real/1", "real/deep/2", "real/link");
        assertThat(read("alias/link")).isEqualTo("one");
        assertThat(store.stat("real/link").orElseThrow().size()).isEqualTo(3);
        put("alias/3", "three");
        assertThat(root.resolve("real/3")).hasContent("three");
        store.delete(List.of("real/link"));
        assertThat(root.resolve("real/1")).exists();
        assertThat(keys("real/")).containsExactly("real/1", "real/3", "real/deep/2");
    }

    @Test
    void rootMayBeALink() throws IOException {
        Path real = Files.createDirectories(temp.resolve("elsewhere"));
        Files.createSymbolicLink(root, real);
        put("a/b", "1");

        assertThat(real.resolve("a/b")).hasContent("1");
        assertThat(keys("")).containsExactly("a/b");
        store.delete(List.of("a/b"));
        assertThat(names(real)).isEmpty();
        assertThat(Files.isSymbolicLink(root)).isTrue();
    }

    // ---- listing

    @Test
    void pipesAndDevicesArePassedOverAndNeverOpened() throws Exception {
        put("a/b", "1");
        run("mkfifo", root.resolve("a/pipe").toString());
        Files.createSymbolicLink(root.resolve("a/link"), Path.of("pipe"));

        assertThat(keys("")).containsExactly("a/b");
        assertThat(store.listFolders("a/")).isEmpty();
        for (String key : List.of("a/pipe", "a/link")) {
            assertThat(store.stat(key)).isEmpty();
            assertThatThrownBy(() -> store.open(ObjectRead.whole(key))).isInstanceOf(ObjectMissingException.class);
            store.delete(List.of(key));
        }
        assertThat(Files.exists(root.resolve("a/pipe"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }

    @Test
    void namesThatAreNoTextArePassedOver() throws Exception {
        put("a/b", "1");
        run(
                "sh",
                "-c",
                "touch \"$1/a/$(printf 'x\\377y')\" \"$1/a/back\\\\slash\"; mkdir \"$1/$(printf '\\300')\"",
                "sh",
                root.toString());
        assertThat(names(root.resolve("a"))).hasSize(3);

        assertThat(keys("")).containsExactly("a/b");
        assertThat(store.listFolders("")).containsExactly("a");
    }

    @Test
    void folderThatVanishesWhileListingIsNoError() throws IOException {
        put("a/1", "1");
        put("b/2", "2");
        put("c/3", "3");

        try (ObjectIterator objects = store.list("", "")) {
            assertThat(objects.next().key()).isEqualTo("a/1");
            store.delete(List.of("b/2"));
            assertThat(objects.next().key()).isEqualTo("c/3");
            assertThat(objects.hasNext()).isFalse();
        }
    }

    @Test
    void rootThatIsAFileIsRefused() throws IOException {
        Files.writeString(root, "a database, perhaps");
        List<Callable<Object>> calls = List.of(
                () -> keys(""),
                () -> keys("a/"),
                () -> store.listFolders(""),
                () -> store.stat("a"),
                () -> store.stat("a/b"),
                () -> store.open(ObjectRead.whole("a/b")),
                () -> put("a", "1"),
                () -> put("a/b", "1"));
        for (Callable<Object> call : calls) {
            assertThatThrownBy(call::call)
                    .isInstanceOf(StoreAccessException.class)
                    .hasMessageContaining("not a folder: " + root);
        }
        assertThat(root).hasContent("a database, perhaps");
    }

    // ---- reading

    @Test
    void fileThatIsCutWhileReadingIsChanged() throws IOException {
        put("a", "x".repeat(1_000_000));

        try (ObjectStream stream = store.open(ObjectRead.whole("a"))) {
            assertThat(stream.readNBytes(10)).hasSize(10);
            try (FileChannel channel = FileChannel.open(root.resolve("a"), StandardOpenOption.WRITE)) {
                channel.truncate(500_000);
            }
            assertThatThrownBy(stream::readAllBytes)
                    .isInstanceOf(ObjectChangedException.class)
                    .hasMessageContaining("a size of 500000");
        }
    }

    @Test
    void fileThatIsOverwrittenWhileReadingIsChanged() throws IOException {
        put("a", "x".repeat(1_000_000));

        try (ObjectStream stream = store.open(ObjectRead.whole("a"))) {
            assertThat(stream.readNBytes(10)).hasSize(10);
            Files.writeString(root.resolve("a"), "y".repeat(1_000_000));
            assertThatThrownBy(() -> stream.read(new byte[10])).isInstanceOf(ObjectChangedException.class);
        }
    }

    @Test
    void fileThatIsReplacedWhileReadingIsChanged() throws IOException {
        put("a", "x".repeat(1_000_000));

        try (ObjectStream stream = store.open(ObjectRead.whole("a"))) {
            assertThat(stream.readNBytes(10)).hasSize(10);
            put("a", "y".repeat(1_000_000));
            assertThatThrownBy(() -> stream.read(new byte[10])).isInstanceOf(ObjectChangedException.class);
        }
    }

    @Test
    void sameSizeAtAnotherTimeIsAnotherVersion() throws IOException {
        ObjectInfo info = put("a", "x");
        FileTime oneLater = FileTime.from(info.storedAt().plusNanos(1));
        Files.setLastModifiedTime(root.resolve("a"), oneLater);

        assertThatThrownBy(() -> store.open(ObjectRead.whole(info)))
                .isInstanceOf(ObjectChangedException.class)
                .hasMessageContaining(info.version().orElseThrow());
        Files.setLastModifiedTime(root.resolve("a"), FileTime.from(info.storedAt()));
        store.open(ObjectRead.whole(info)).close();
    }

    @Test
    void interruptedReaderFailsTyped() throws IOException {
        put("a", "x");

        try (ObjectStream stream = store.open(ObjectRead.whole("a"))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> stream.read(new byte[1]))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("interrupted");
            assertThatThrownBy(() -> store.list("", "").hasNext()).isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> put("b", "x")).isInstanceOf(StoreUnavailableException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(names(root)).containsExactly("a");
    }

    // ---- conditions

    @Test
    void withoutHardLinksStillOneCreatorWins() throws Exception {
        List<Publication.Linker> linkers = List.of(
                (name, existing) -> {
                    throw new UnsupportedOperationException("no links");
                },
                (name, existing) -> {
                    throw new FileSystemException(name.toString(), existing.toString(), "Operation not permitted");
                });
        for (Publication.Linker linker : linkers) {
            for (int round = 0; round < 10; round++) {
                String key = "race/" + round;
                CyclicBarrier start = new CyclicBarrier(8);
                List<Integer> outcomes = inThreads(8, thread -> {
                    try (FileObjectStore own = new FileObjectStore(root, linker)) {
                        start.await(1, TimeUnit.MINUTES);
                        own.put(key, source("by " + thread), PutOptions.NONE.ifAbsent());
                        return thread;
                    } catch (ObjectChangedException e) {
                        return -1;
                    }
                });
                List<Integer> winners =
                        outcomes.stream().filter(thread -> thread >= 0).toList();
                assertThat(winners).hasSize(1);
                assertThat(read(key)).isEqualTo("by " + winners.get(0));
            }
            assertThat(keys("")).hasSize(10);
            store.delete(keys(""));
        }
    }

    @Test
    void storesOfOneVirtualMachineRespectEachOther() throws Exception {
        for (int round = 0; round < 10; round++) {
            String version = put("lease", "round " + round).version().orElseThrow();
            CyclicBarrier start = new CyclicBarrier(8);
            List<Boolean> outcomes = inThreads(8, thread -> {
                try (FileObjectStore own = new FileObjectStore(root)) {
                    start.await(1, TimeUnit.MINUTES);
                    own.put("lease", source("by " + thread), PutOptions.NONE.ifVersion(version));
                    return true;
                } catch (ObjectChangedException e) {
                    return false;
                }
            });
            assertThat(outcomes.stream().filter(won -> won)).hasSize(1);
        }
    }

    // ---- what the tests are made of

    private interface Work<T> {
        T run(int thread) throws Exception;
    }

    private static <T> List<T> inThreads(int threads, Work<T> work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                futures.add(executor.submit(() -> work.run(thread)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get(1, TimeUnit.MINUTES));
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }

    private ObjectInfo put(String key, String content) throws IOException {
        return store.put(key, source(content), PutOptions.NONE);
    }

    private String read(String key) throws IOException {
        try (ObjectStream stream = store.open(ObjectRead.whole(key))) {
            return new String(stream.readAllBytes(), UTF_8);
        }
    }

    private List<String> keys(String prefix) throws IOException {
        return keys(store, prefix, "");
    }

    static List<String> keys(ObjectStore store, String prefix, String startAfter) throws IOException {
        List<String> keys = new ArrayList<>();
        try (ObjectIterator objects = store.list(prefix, startAfter)) {
            while (objects.hasNext()) {
                keys.add(objects.next().key());
            }
        }
        return keys;
    }

    private static ObjectSource source(String content) {
        return ObjectSource.of(content.getBytes(UTF_8));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).isZero();
    }
}
