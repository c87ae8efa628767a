// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.error.TailraceException;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each operation on files that a put or a delete is made of fails once, or is the one that the process does not come to any
 * more: what stands there then, and what the next process makes of it.
 */
@Timeout(120)
class FileCrashPointTest {

    private static final Generation GENERATION = new Generation("0123456789abcdef");
    private static final String WAL = "generations/0123456789abcdef/wal/";
    private static final String KEY = WAL + "00000001_00000000.wal.lz4";
    private static final String NEIGHBOUR = WAL + "00000000_00000000.wal.lz4";
    private static final String OTHER = "generations/0123456789abcdef/snapshots/00000000.snapshot.lz4";
    private static final Instant RECORDED = Instant.parse("2022-01-04T10:11:12.123456789Z");
    private static final Instant EARLIER = Instant.parse("2021-12-01T00:00:00Z");
    // More than one buffer of it.
    private static final String NEW = "the new object".repeat(20_000);
    private static final String OLD = "the old object";
    private static final String TEMPORARY = ".*/tailrace-[0-9a-f]+\\.tmp";

    @TempDir
    private Path temp;

    private Path root;

    /** What is done, on what. */
    private enum Scene {
        INTO_NO_FOLDER,
        BESIDE_OTHERS,
        OVER_ANOTHER,
        IF_ABSENT,
        IF_ABSENT_WITHOUT_LINKS,
        IF_VERSION,
        DELETE,
        DELETE_ALL;

        boolean isPut() {
            return this != DELETE && this != DELETE_ALL;
        }

        /** What of this scene exists before. */
        Map<String, String> before() {
            Map<String, String> objects = new TreeMap<>();
            if (this != INTO_NO_FOLDER) {
                objects.put(OTHER, OLD);
            }
            if (this != INTO_NO_FOLDER && this != DELETE) {
                objects.put(NEIGHBOUR, OLD);
            }
            if (this == OVER_ANOTHER || this == IF_VERSION || !isPut()) {
                objects.put(KEY, OLD);
            }
            return objects;
        }

        Map<String, String> after() {
            Map<String, String> objects = before();
            if (isPut()) {
                objects.put(KEY, NEW);
            } else {
                objects.keySet().removeAll(deleted());
            }
            return objects;
        }

        List<String> deleted() {
            return this == DELETE_ALL ? List.of(KEY, OTHER, NEIGHBOUR) : List.of(KEY);
        }

        void run(FileObjectStore store) throws IOException {
            PutOptions put = PutOptions.NONE.recordedAt(RECORDED);
            switch (this) {
                case DELETE, DELETE_ALL -> store.delete(deleted());
                case IF_ABSENT, IF_ABSENT_WITHOUT_LINKS -> store.put(KEY, source(NEW), put.ifAbsent());
                case IF_VERSION -> store.put(KEY, source(NEW), put.ifVersion(new Version(OLD, EARLIER).text()));
                default -> store.put(KEY, source(NEW), put);
            }
        }
    }

    /** The version that an object has by its size and time. */
    private record Version(String content, Instant time) {
        String text() {
            return Long.toString(content.length(), 36) + "-" + Long.toString(time.getEpochSecond(), 36) + "."
                    + Long.toString(time.getNano(), 36);
        }
    }

    private final class Steps implements WatchedFiles.Step {

        private final int last;
        private final boolean dies;
        private final List<String> done = new ArrayList<>();
        private String failed = "";

        Steps(int last, boolean dies) {
            this.last = last;
            this.dies = dies;
        }

        @Override
        public void before(String operation, Path path) throws IOException {
            String what = operation + " " + root.relativize(path);
            if (dies ? done.size() >= last : done.size() == last && failed.isEmpty()) {
                failed = failed.isEmpty() ? what : failed;
                throw new FileSystemException(path.toString(), null, "injected");
            }
            done.add(what);
        }
    }

    @ParameterizedTest
    @EnumSource(Scene.class)
    void objectIsThereAsAWholeOrNotAtAllWhicheverOperationFails(Scene scene) throws IOException {
        int points = enumerate(scene, false);
        System.out.printf("%s: each of %d operations failed, 0 failures%n", scene, points);
        assertThat(points).isGreaterThan(scene.isPut() ? 12 : 5);
    }

    @ParameterizedTest
    @EnumSource(Scene.class)
    void objectIsThereAsAWholeOrNotAtAllWhereverTheProcessEnds(Scene scene) throws IOException {
        int points = enumerate(scene, true);
        System.out.printf("%s: ended before each of %d operations, 0 failures%n", scene, points);
        assertThat(points).isGreaterThan(scene.isPut() ? 12 : 5);
    }

    /** @return how many operations there were */
    private int enumerate(Scene scene, boolean dies) throws IOException {
        for (int point = 0; ; point++) {
            prepare(scene, point);
            Steps steps = new Steps(point, dies);
            boolean succeeded = runs(scene, steps);
            String where = scene + ", " + (dies ? "ended before " : "failed: ") + point + ", " + steps.failed;
            if (steps.failed.isEmpty()) {
                assertThat(succeeded).as(where).isTrue();
                assertThat(objects(where)).isEqualTo(scene.after());
                return point;
            }
            check(scene, succeeded, steps, where);
            finish(scene, where);
        }
    }

    private void prepare(Scene scene, int point) throws IOException {
        root = temp.resolve("a" + point).resolve("replica");
        try (FileObjectStore store = new FileObjectStore(root)) {
            for (Map.Entry<String, String> object : scene.before().entrySet()) {
                store.put(object.getKey(), source(object.getValue()), PutOptions.NONE.recordedAt(EARLIER));
            }
        }
        Files.createDirectories(temp.resolve("a" + point));
    }

    /** Whether it said that it was done. */
    private boolean runs(Scene scene, Steps steps) throws IOException {
        Path watched = WatchedFiles.watch(root, steps);
        Publication.Linker linker = (name, existing) -> {
            if (scene == Scene.IF_ABSENT_WITHOUT_LINKS) {
                throw new UnsupportedOperationException("no links");
            }
            Files.createLink(name, existing);
        };
        try (FileObjectStore store = new FileObjectStore(watched, linker)) {
            scene.run(store);
            return true;
        } catch (TailraceException e) {
            assertThat(e).as(steps.failed).hasStackTraceContaining("injected");
            return false;
        }
    }

    private void check(Scene scene, boolean succeeded, Steps steps, String where) throws IOException {
        Map<String, String> now = objects(where);
        Map<String, String> before = scene.before();
        Map<String, String> after = scene.after();
        if (succeeded) {
            assertThat(now).as(where).isEqualTo(after);
        }
        // Readers may have to see an empty one where there are no links.
        if (scene == Scene.IF_ABSENT_WITHOUT_LINKS && "".equals(now.get(KEY))) {
            assertThat(steps.dies || steps.failed.startsWith("delete"))
                    .as(where)
                    .isTrue();
            now.remove(KEY);
        }
        for (String key : List.of(KEY, NEIGHBOUR, OTHER)) {
            assertThat(String.valueOf(now.get(key)))
                    .as("%s: %s", where, key)
                    .isIn(String.valueOf(before.get(key)), String.valueOf(after.get(key)));
        }
        List<String> temporary = paths().filter(Files::isRegularFile)
                .map(Path::toString)
                .filter(path -> !path.endsWith(".lz4"))
                .toList();
        if (steps.dies) {
            assertThat(temporary).as(where).hasSizeLessThan(2).allMatch(path -> path.matches(TEMPORARY));
        } else if (!steps.failed.startsWith("delete")) {
            assertThat(temporary).as(where).isEmpty();
        }
        assertForTheOwnerOnly(where);
        if (!steps.dies && scene.isPut() && !succeeded) {
            assertNoEmptyFolders(where);
        }
    }

    /** The next process finds what is whole and nothing else, and does the same again. */
    private void finish(Scene scene, String where) throws IOException {
        try (FileObjectStore store = new FileObjectStore(root)) {
            if (!objects(where).equals(scene.after())) {
                if (scene == Scene.IF_ABSENT_WITHOUT_LINKS) {
                    store.delete(List.of(KEY));
                }
                scene.run(store);
            }
            assertThat(objects(where)).as(where).isEqualTo(scene.after());
            try (ReplicaClient replica = ReplicaClient.over("file", store)) {
                List<Long> indexes = scene.after().keySet().stream()
                        .filter(key -> key.startsWith(WAL))
                        .map(key -> key.equals(KEY) ? 1L : 0L)
                        .toList();
                assertThat(replica.catalog(GENERATION).segments())
                        .as(where)
                        .extracting(WalSegmentInfo::index)
                        .isEqualTo(indexes);
            }
        }
    }

    /** What another process lists and reads, without temporary files. */
    private Map<String, String> objects(String where) throws IOException {
        Map<String, String> objects = new TreeMap<>();
        try (ObjectStore store = new FileObjectStore(root);
                ObjectIterator listing = store.list("", "")) {
            while (listing.hasNext()) {
                ObjectInfo object = listing.next();
                String content = Files.readString(root.resolve(object.key()));
                assertThat(object.size()).as(where).isEqualTo(content.length());
                if (!object.key().endsWith(".tmp")) {
                    objects.put(object.key(), content);
                    if (!content.isEmpty()) {
                        assertThat(object.storedAt())
                                .as("%s: %s", where, object.key())
                                .isEqualTo(content.equals(NEW) ? RECORDED : EARLIER);
                    }
                }
            }
        }
        return objects;
    }

    private Stream<Path> paths() throws IOException {
        if (!Files.exists(root)) {
            return Stream.empty();
        }
        try (Stream<Path> all = Files.walk(root)) {
            return all.sorted(Comparator.naturalOrder()).toList().stream();
        }
    }

    private void assertForTheOwnerOnly(String where) throws IOException {
        for (Path path : paths().toList()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .as("%s: %s", where, path)
                    .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
        }
    }

    private void assertNoEmptyFolders(String where) throws IOException {
        for (Path path : paths().filter(Files::isDirectory).toList()) {
            try (Stream<Path> inside = Files.list(path)) {
                assertThat(path.equals(root) || inside.findAny().isPresent())
                        .as("%s: %s is not empty", where, path)
                        .isTrue();
            }
        }
    }

    /** What cannot be looked at is not nothing. */
    @Test
    void whatIsReadIsWholeOrFailsWhicheverOperationFails() throws IOException {
        prepare(Scene.DELETE_ALL, 0);
        List<String> keys = List.copyOf(Scene.DELETE_ALL.before().keySet());
        int failed = 0;
        for (int point = 0; ; point++) {
            Steps steps = new Steps(point, false);
            try (FileObjectStore store = new FileObjectStore(WatchedFiles.watch(root, steps))) {
                List<String> listed = new ArrayList<>();
                try (ObjectIterator listing = store.list("", "")) {
                    while (listing.hasNext()) {
                        listed.add(listing.next().key());
                    }
                }
                assertThat(listed).as(steps.failed).isEqualTo(keys);
                assertThat(store.listFolders("generations/")).as(steps.failed).containsExactly(GENERATION.name());
                assertThat(store.stat(KEY)).as(steps.failed).isPresent();
                try (ObjectStream stream = store.open(ObjectRead.whole(KEY))) {
                    assertThat(stream.readAllBytes()).as(steps.failed).isEqualTo(OLD.getBytes(UTF_8));
                }
            } catch (TailraceException e) {
                failed++;
                assertThat(e).as(steps.failed).hasStackTraceContaining("injected");
            }
            if (steps.failed.isEmpty()) {
                System.out.printf("reading: each of %d operations failed, %d were told%n", point, failed);
                assertThat(failed).isGreaterThan(15);
                return;
            }
        }
    }

    @Test
    void bytesAndTimeAreOnTheDiskBeforeTheNameIs() throws IOException {
        root = temp.resolve("replica");
        Steps steps = new Steps(Integer.MAX_VALUE, true);
        runs(Scene.INTO_NO_FOLDER, steps);

        List<String> done = steps.done.stream()
                .filter(step -> !step.startsWith("look") && !step.startsWith("resolve"))
                .map(step -> step.replaceAll("tailrace-[0-9a-f]+", "NEW"))
                .distinct()
                .toList();
        String folder = KEY.substring(0, KEY.lastIndexOf('/'));
        assertThat(done)
                .containsSubsequence(
                        "make folder generations",
                        "make folder generations/" + GENERATION,
                        "sync generations",
                        "make folder " + folder,
                        "sync generations/" + GENERATION,
                        "open to write " + folder + "/NEW.tmp",
                        "write " + folder + "/NEW.tmp",
                        "set time " + folder + "/NEW.tmp",
                        "sync " + folder + "/NEW.tmp",
                        "rename " + KEY,
                        "sync " + folder);
    }

    private static ObjectSource source(String content) {
        return ObjectSource.of(content.getBytes(UTF_8));
    }
}
