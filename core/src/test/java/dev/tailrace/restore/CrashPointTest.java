// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static dev.tailrace.fixture.ReplicaBytes.database;
import static dev.tailrace.fixture.ReplicaBytes.page;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.fixture.ReplicaBytes;
import dev.tailrace.fixture.WalBytes;
import dev.tailrace.replica.ReplicaLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that ends before any one of its steps on the disk: what stands there then, and what the next run makes of it. */
@Timeout(60)
class CrashPointTest {

    private static final int PAGE = 512;
    private static final byte[] SNAPSHOT = database(PAGE, 40, 0);
    private static final WalBytes WAL = WalBytes.ofIndex(PAGE, 0).frame(5, page(PAGE, 5, 1), 40);
    private static final byte[] RESTORED = WAL.appliedTo(SNAPSHOT);
    private static final byte[] OLD = "the old database".getBytes(StandardCharsets.US_ASCII);
    private static final List<String> SIDECARS = List.of("-wal", "-shm", "-journal");

    @TempDir
    Path folder;

    private Path target;

    @BeforeEach
    void name() {
        target = folder.resolve("app.db");
    }

    private static Restorer restorer(Disk disk, boolean replace) {
        ReplicaBytes replica =
                ReplicaBytes.in(ReplicaLayout.V03_FLAT).snapshot(0, SNAPSHOT).wal(0, WAL.bytes());
        RestoreOptions options =
                RestoreOptions.builder().replaceExisting(replace).build();
        return new Restorer(replica.client(), options, disk);
    }

    @Test
    void targetIsAbsentOrRightWhereverItEndsAndTheNextRunSucceeds() throws IOException {
        for (int point = 0; ; point++) {
            DyingDisk disk = new DyingDisk(point, false);
            boolean died = diesDuring(disk, false);
            if (Files.exists(target)) {
                assertThat(target).as("ended before step %d", point).hasBinaryContent(RESTORED);
                Files.delete(target);
            }
            restorer(new LocalDisk(), false).restoreTo(target);
            assertThat(target).hasBinaryContent(RESTORED);
            assertOnly(target);
            Files.delete(target);
            if (!died) {
                assertThat(point).isGreaterThan(15);
                return;
            }
        }
    }

    @Test
    void replacementIsOldOrNewWhereverItEndsAndTheNextRunSettlesIt() throws IOException {
        for (int point = 0; ; point++) {
            writeOld();
            DyingDisk disk = new DyingDisk(point, false);
            boolean died = diesDuring(disk, true);
            String where = "ended before step " + point;
            byte[] there = Files.readAllBytes(target);
            boolean isOld = Arrays.equals(there, OLD);
            assertThat(isOld || Arrays.equals(there, RESTORED)).as(where).isTrue();
            for (String suffix : SIDECARS) {
                // Never an old sidecar beside the new database: SQLite would apply it.
                assertThat(isOld || !Files.exists(folder.resolve("app.db" + suffix)))
                        .as(where)
                        .isTrue();
            }
            if (isOld) {
                // A run that may not replace anything settles what was left, and then refuses.
                assertThat(refuses(restorer(new LocalDisk(), false))).as(where).isTrue();
                assertThat(target).as(where).hasBinaryContent(OLD);
                assertOldSidecars(where);
            }
            restorer(new LocalDisk(), true).restoreTo(target);
            assertThat(target).as(where).hasBinaryContent(RESTORED);
            assertOnly(target);
            if (!died) {
                assertThat(point).isGreaterThan(25);
                return;
            }
        }
    }

    @Test
    void failedStepOfReplacementLeavesTheOldOrTheNewAndNoMixture() throws IOException {
        for (int point = 0; ; point++) {
            writeOld();
            DyingDisk disk = new DyingDisk(point, true);
            boolean failed = diesDuring(disk, true);
            String where = "step " + point + " failed";
            byte[] there = Files.readAllBytes(target);
            if (Arrays.equals(there, OLD)) {
                assertOldSidecars(where);
            } else {
                assertThat(there).as(where).isEqualTo(RESTORED);
            }
            assertThat(folder.resolve("app.db.tailrace-tmp")).as(where).doesNotExist();
            restorer(new LocalDisk(), true).restoreTo(target);
            assertThat(target).as(where).hasBinaryContent(RESTORED);
            assertOnly(target);
            if (!failed) {
                return;
            }
        }
    }

    private void writeOld() throws IOException {
        Files.write(target, OLD);
        for (String suffix : SIDECARS) {
            Files.writeString(folder.resolve("app.db" + suffix), "old" + suffix);
        }
    }

    private void assertOldSidecars(String where) {
        for (String suffix : SIDECARS) {
            assertThat(folder.resolve("app.db" + suffix)).as(where).hasContent("old" + suffix);
        }
    }

    private boolean diesDuring(DyingDisk disk, boolean replace) throws IOException {
        try {
            restorer(disk, replace).restoreTo(target);
        } catch (IOException e) {
            assertThat(disk.died()).as(e.toString()).isTrue();
        } finally {
            disk.closeAll();
        }
        return disk.died();
    }

    private boolean refuses(Restorer restorer) {
        try {
            restorer.restoreTo(target);
            return false;
        } catch (IOException e) {
            return e.getMessage().contains("output path already exists");
        }
    }

    private void assertOnly(Path file) throws IOException {
        try (Stream<Path> there = Files.list(folder)) {
            assertThat(there).containsExactly(file);
        }
    }

    /** Takes so many steps, then none any more; or fails the next one only. */
    private static final class DyingDisk implements Disk {

        private final Disk disk = new LocalDisk();
        private final List<DiskFile> files = new ArrayList<>();
        private final int last;
        private final boolean recovers;
        private int steps;
        private boolean died;

        DyingDisk(int last, boolean recovers) {
            this.last = last;
            this.recovers = recovers;
        }

        private synchronized void step() throws IOException {
            int number = steps++;
            if (recovers ? number == last : number >= last) {
                died = true;
                throw new IOException("the end");
            }
        }

        synchronized boolean died() {
            return died;
        }

        /** What the system does for a process that is no more. */
        synchronized void closeAll() throws IOException {
            for (DiskFile file : files) {
                file.close();
            }
        }

        private synchronized DiskFile keep(DiskFile file) {
            files.add(file);
            return new DiskFile() {
                @Override
                public boolean tryLock() throws IOException {
                    step();
                    return file.tryLock();
                }

                @Override
                public void write(ByteBuffer bytes, long position) throws IOException {
                    step();
                    file.write(bytes, position);
                }

                @Override
                public void read(ByteBuffer bytes, long position) throws IOException {
                    step();
                    file.read(bytes, position);
                }

                @Override
                public long size() throws IOException {
                    step();
                    return file.size();
                }

                @Override
                public void truncate(long size) throws IOException {
                    step();
                    file.truncate(size);
                }

                @Override
                public void force() throws IOException {
                    step();
                    file.force();
                }

                @Override
                public void close() throws IOException {
                    file.close();
                }
            };
        }

        @Override
        public Optional<Entry> entry(Path path) throws IOException {
            step();
            return disk.entry(path);
        }

        @Override
        public boolean hasOtherNames(Path path) throws IOException {
            step();
            return disk.hasOtherNames(path);
        }

        @Override
        public List<Path> createFolders(Path path) throws IOException {
            step();
            return disk.createFolders(path);
        }

        @Override
        public DiskFile create(Path file, Set<PosixFilePermission> permissions) throws IOException {
            step();
            return keep(disk.create(file, permissions));
        }

        @Override
        public DiskFile openExisting(Path file) throws IOException {
            step();
            return keep(disk.openExisting(file));
        }

        @Override
        public void link(Path name, Path existing) throws IOException {
            step();
            disk.link(name, existing);
        }

        @Override
        public void rename(Path source, Path to) throws IOException {
            step();
            disk.rename(source, to);
        }

        @Override
        public void delete(Path path) throws IOException {
            step();
            disk.delete(path);
        }

        @Override
        public void syncFolder(Path path) throws IOException {
            step();
            disk.syncFolder(path);
        }

        @Override
        public long usableSpace(Path path) throws IOException {
            return disk.usableSpace(path);
        }
    }
}
