// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.ReplicaBytes.database;
import static dev.tailrace.fixture.ReplicaBytes.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.fixture.LzFrames;
import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every single step on the disk fails once, and something comes in between. */
@Timeout(60)
class DiskFaultTest {

    private static final int PAGE = 512;
    private static final byte[] SNAPSHOT = database(PAGE, 300, 0);
    private static final WalBytes WAL =
            WalBytes.ofIndex(PAGE, 0).frame(5, page(PAGE, 5, 1), 0).frame(301, page(PAGE, 301, 1), 301);
    private static final byte[] EXPECTED = WAL.appliedTo(SNAPSHOT);

    @TempDir
    Path folder;

    private Path target;
    private Path temporary;

    @BeforeEach
    void name() {
        name("app.db");
    }

    private void name(String path) {
        target = folder.resolve(path);
        temporary = folder.resolve(path + ".tailrace-tmp");
    }

    /** Is told of each step before it is taken. */
    private interface Step {
        void before(String operation) throws IOException;
    }

    private static Restorer restorer(Step step) {
        return restorer(new WatchedDisk(new LocalDisk(), step));
    }

    private static Restorer restorer(Disk disk) {
        ReplicaBytes replica = ReplicaBytes.in(ReplicaLayout.V03_FLAT)
                .framed(LzFrames.SMALL::of)
                .snapshot(0, SNAPSHOT)
                .wal(0, WAL.bytes());
        // One worker, so that each run takes the same steps.
        RestoreOptions options = RestoreOptions.builder().parallelism(1).build();
        return new Restorer(replica.client(), options, disk);
    }

    /** What stands there before. */
    private enum Before {
        NOTHING,
        EMPTY_TARGET,
        LEFTOVER,
        NO_FOLDER,
        NO_LINKS
    }

    @ParameterizedTest
    @EnumSource(Before.class)
    void leavesNothingBehindWhicheverStepFails(Before before) throws IOException {
        List<String> failed = new ArrayList<>();
        for (int n = 1; ; n++) {
            prepare(before);
            int failing = n;
            int[] count = {0};
            String[] what = {""};
            Restorer restorer = restorer(operation -> {
                synchronized (count) {
                    if (++count[0] == failing) {
                        what[0] = operation;
                        throw new IOException("No space left on device");
                    }
                    if (operation.equals("link") && before == Before.NO_LINKS) {
                        throw new UnsupportedOperationException("no links");
                    }
                }
            });
            Throwable thrown = null;
            try {
                restorer.restoreTo(target);
            } catch (IOException | RuntimeException e) {
                thrown = e;
            }
            if (what[0].isEmpty()) {
                assertThat(thrown).isNull();
                assertThat(target).hasBinaryContent(EXPECTED);
                break;
            }
            failed.add(what[0]);
            String step = before + ": " + what[0] + ", step " + n;
            if (thrown != null) {
                assertThat(thrown).as(step).isInstanceOf(TailraceException.class);
            } else {
                assertThat(target).as(step).hasBinaryContent(EXPECTED);
            }
            List<String> left = new ArrayList<>(left());
            if (before == Before.LEFTOVER && left.remove("app.db.tailrace-tmp")) {
                assertThat(temporary).as(step).hasContent("leftover");
            }
            if (before == Before.EMPTY_TARGET && Files.exists(target) && Files.size(target) == 0) {
                left.remove("app.db");
            }
            if (left.remove(folder.relativize(target).toString())) {
                assertThat(target).as(step).hasBinaryContent(EXPECTED);
                left.remove("a");
                left.remove("a/b");
            }
            assertThat(left).as(step).isEmpty();
            clear();
        }
        assertThat(failed).contains("entry", "create", "write", "force", "syncFolder", "close", "tryLock");
    }

    private void prepare(Before before) throws IOException {
        switch (before) {
            case EMPTY_TARGET -> Files.write(target, new byte[0]);
            case LEFTOVER -> Files.writeString(temporary, "leftover");
            case NO_FOLDER -> name("a/b/app.db");
            default -> {}
        }
    }

    private List<String> left() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !path.equals(folder))
                    .map(path -> folder.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    private void clear() throws IOException {
        List<String> names = new ArrayList<>(left());
        java.util.Collections.reverse(names);
        for (String name : names) {
            Files.delete(folder.resolve(name));
        }
    }

    @Test
    void putsTheFileInPlaceByRenameWhereThereAreNoLinks() throws IOException {
        List<String> steps = new ArrayList<>();
        restorer(operation -> {
                    synchronized (steps) {
                        steps.add(operation);
                    }
                    if (operation.equals("link")) {
                        throw new java.nio.file.FileSystemException("app.db", null, "Operation not permitted");
                    }
                })
                .restoreTo(target);
        assertThat(target).hasBinaryContent(EXPECTED);
        assertThat(left()).containsExactly("app.db");
        assertThat(steps).containsSubsequence("force", "link", "create", "rename", "syncFolder");
    }

    @Test
    void makesTheContentDurableBeforeTheName() throws IOException {
        List<String> steps = new ArrayList<>();
        name("a/b/app.db");
        restorer(operation -> {
                    synchronized (steps) {
                        steps.add(operation);
                    }
                })
                .restoreTo(target);
        assertThat(steps).containsSubsequence("write", "force", "link", "syncFolder");
        assertThat(steps.lastIndexOf("write")).isLessThan(steps.indexOf("force"));
        // The folder, and the two that hold the names of the folders made for it.
        assertThat(steps.stream().filter("syncFolder"::equals)).hasSize(3);
    }

    @Test
    void refusesATargetOrSidecarThatCameMeanwhile() throws IOException {
        for (String name : List.of("app.db", "app.db-wal", "app.db-shm", "app.db-journal")) {
            Path theirs = folder.resolve(name);
            assertThatThrownBy(() -> restorer(operation -> {
                                if (operation.equals("force")) {
                                    Files.writeString(theirs, "theirs");
                                }
                            })
                            .restoreTo(target))
                    .isInstanceOf(RestoreTargetException.class);
            assertThat(theirs).hasContent("theirs");
            assertThat(left()).containsExactly(name);
            Files.delete(theirs);
        }
    }

    @Test
    void refusesATargetThatCameInTheVeryLastMoment() throws IOException {
        for (boolean links : new boolean[] {true, false}) {
            int[] creations = {0};
            assertThatThrownBy(() -> restorer(operation -> {
                                boolean last = links
                                        ? operation.equals("link")
                                        : operation.equals("create") && ++creations[0] == 2;
                                if (last) {
                                    Files.writeString(target, "theirs");
                                }
                                if (operation.equals("link") && !links) {
                                    throw new UnsupportedOperationException();
                                }
                            })
                            .restoreTo(target))
                    .isInstanceOf(RestoreTargetException.class)
                    .hasMessageContaining("output path already exists");
            assertThat(target).hasContent("theirs");
            assertThat(left()).containsExactly("app.db");
            Files.delete(target);
        }
    }

    @Test
    void noticesThatItsTemporaryFileWasTakenAway() throws IOException {
        assertThatThrownBy(() -> restorer(operation -> {
                            if (operation.equals("force")) {
                                Files.delete(temporary);
                                Files.writeString(temporary, "theirs");
                            }
                        })
                        .restoreTo(target))
                .isInstanceOf(RestoreTargetException.class)
                .hasMessageContaining("taken away");
        assertThat(temporary).hasContent("theirs");
        assertThat(target).doesNotExist();
    }

    @Test
    void saysHowMuchRoomThereIsOnAFullDisk() throws IOException {
        assertThatThrownBy(() -> restorer(operation -> {
                            if (operation.equals("force")) {
                                throw new IOException("No space left on device");
                            }
                        })
                        .restoreTo(target))
                .isInstanceOf(RestoreTargetException.class)
                .hasMessageContaining("cannot write " + target + ": No space left on device")
                .hasMessageContaining("bytes are free in " + folder)
                .hasMessageContaining("make room");
        assertThat(left()).isEmpty();
    }

    /** A disk that tells of each step first. */
    private record WatchedDisk(Disk disk, Step step) implements Disk {

        @Override
        public boolean hasOtherNames(Path path) throws IOException {
            step.before("hasOtherNames");
            return disk.hasOtherNames(path);
        }

        @Override
        public Optional<Entry> entry(Path path) throws IOException {
            step.before("entry");
            return disk.entry(path);
        }

        @Override
        public List<Path> createFolders(Path path) throws IOException {
            step.before("createFolders");
            return disk.createFolders(path);
        }

        @Override
        public DiskFile create(Path file, Set<PosixFilePermission> permissions) throws IOException {
            step.before("create");
            return new WatchedFile(disk.create(file, permissions), step);
        }

        @Override
        public DiskFile openExisting(Path file) throws IOException {
            step.before("openExisting");
            return new WatchedFile(disk.openExisting(file), step);
        }

        @Override
        public void link(Path name, Path existing) throws IOException {
            step.before("link");
            disk.link(name, existing);
        }

        @Override
        public void rename(Path source, Path newName) throws IOException {
            step.before("rename");
            disk.rename(source, newName);
        }

        @Override
        public void delete(Path path) throws IOException {
            step.before("delete");
            disk.delete(path);
        }

        @Override
        public void syncFolder(Path path) throws IOException {
            step.before("syncFolder");
            disk.syncFolder(path);
        }

        @Override
        public long usableSpace(Path path) throws IOException {
            return disk.usableSpace(path);
        }
    }

    private record WatchedFile(Disk.DiskFile file, Step step) implements Disk.DiskFile {

        @Override
        public boolean tryLock() throws IOException {
            step.before("tryLock");
            return file.tryLock();
        }

        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
            step.before("write");
            file.write(bytes, position);
        }

        @Override
        public void read(ByteBuffer bytes, long position) throws IOException {
            step.before("read");
            file.read(bytes, position);
        }

        @Override
        public long size() throws IOException {
            step.before("size");
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            step.before("truncate");
            file.truncate(size);
        }

        @Override
        public void force() throws IOException {
            step.before("force");
            file.force();
        }

        @Override
        public void close() throws IOException {
            // The descriptor is gone also where its closing reports an error.
            file.close();
            step.before("close");
        }
    }
}
