// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.EmptyReplicaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A restore that is killed at any moment leaves the target as it was or as it is to be, and the next one tidies up.
 *
 * <p>{@code -Dtailrace.kills=100} kills as often, {@code -Dtailrace.kills.seed=N} repeats the choice of moments.
 */
@Tag("thorough")
class KillNineTest {

    private static final int KILLS = Integer.getInteger("tailrace.kills", 12);
    private static final String TEMPORARY = "app.db.tailrace-tmp";
    private static final String ASIDE = ".replaced-by-tailrace";
    private static final int ROWS = 600;

    @TempDir
    static Path shared;

    private static SampleReplica large;
    private static SampleReplica small;
    private static Path oldDatabase;

    @TempDir
    Path folder;

    private SampleReplica replica;
    private Path output;
    private Path place;
    private Path target;
    private Path temporary;
    private long seed;
    private Random random;

    @BeforeAll
    static void makeReplica() throws Exception {
        large = SampleReplica.create(Files.createDirectory(shared.resolve("large")), 20);
        // Replacing is the end of a restore, so that is to be most of it.
        small = SampleReplica.create(Files.createDirectory(shared.resolve("small")), 5);
        oldDatabase = makeOldDatabase();
    }

    @BeforeEach
    void makePlace() throws IOException {
        output = folder.resolve("output");
        place = Files.createDirectory(folder.resolve("place"));
        target = place.resolve("app.db");
        temporary = place.resolve(TEMPORARY);
        seed = Long.getLong("tailrace.kills.seed", System.nanoTime());
        random = new Random(seed);
    }

    @Test
    void killedRestoreLeavesNoDatabaseOrTheWholeOne() throws Exception {
        replica = large;
        long duration = durationOfWriting(start(false));
        Files.delete(target);
        int published = 0;
        int unfinished = 0;
        for (int i = 0; i < KILLS; i++) {
            try (ChildJvm child = start(false)) {
                // An earlier killed run may have left the file.
                awaitOther(child, temporary);
                LockSupport.parkNanos(random.nextLong(duration + duration / 10));
                child.kill();
            }
            assertThat(names()).as(this::told).isSubsetOf(target.getFileName().toString(), TEMPORARY);
            if (Files.exists(temporary)) {
                unfinished++;
            }
            if (Files.exists(target)) {
                published++;
                assertRestored();
                Files.delete(target);
            }
            switch (random.nextInt(4)) {
                case 0 -> { // The next run is killed, too.
                    continue;
                }
                case 1 -> {
                    try (ChildJvm child = start(false)) {
                        assertThat(child.exitCode()).as(this::told).isZero();
                    }
                }
                default -> ReplacingRestore.run(replica.folder(), target);
            }
            assertRestored();
            assertThat(names()).as(this::told).containsExactly("app.db");
            Files.delete(target);
        }
        System.out.printf("%d kills: %d left a temporary file, %d after publishing%n", KILLS, unfinished, published);
        assertThat(unfinished).as(this::told).isPositive();
    }

    @Test
    void runAfterOneKilledBetweenTheStepsOfPublishingRemovesTheSecondName() throws Exception {
        replica = small;
        try (ChildJvm child = start(false)) {
            assertThat(child.exitCode()).as(this::told).isZero();
        }
        Files.createLink(temporary, target);
        try (ChildJvm child = start(false)) {
            assertThat(child.exitCode()).as(this::told).isEqualTo(6);
        }
        assertRestored();
        assertThat(names()).as(this::told).containsExactly("app.db");
    }

    @Test
    void killedReplacementLeavesTheOldDatabaseOrTheNew() throws Exception {
        replica = small;
        putOldDatabase();
        long duration = durationOfWriting(start(true));
        int old = 0;
        int between = 0;
        int replaced = 0;
        for (int i = 0; i < KILLS; i++) {
            clear();
            putOldDatabase();
            try (ChildJvm child = start(true)) {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        child.awaitFile(temporary);
                        LockSupport.parkNanos(random.nextLong(duration + duration / 10));
                    }
                    case 1 -> {
                        awaitOther(child, target);
                        spin(random.nextLong(1 << 10 + random.nextInt(12)));
                    }
                    default -> {
                        child.awaitFile(place.resolve("app.db" + ASIDE));
                        spin(random.nextLong(1 << 10 + random.nextInt(14)));
                    }
                }
                child.kill();
            }
            boolean isOld = Files.mismatch(target, oldDatabase) < 0;
            if (isOld) {
                boolean moved = Files.exists(place.resolve("app.db-wal" + ASIDE));
                assertThat(Files.mismatch(place.resolve("app.db-wal" + (moved ? ASIDE : "")), walOf(oldDatabase)))
                        .as(this::told)
                        .isEqualTo(-1);
                old++;
                if (Files.exists(place.resolve("app.db" + ASIDE))) {
                    between++;
                }
            } else {
                replaced++;
                assertRestored();
                assertNoSidecars();
            }
            if (random.nextInt(3) == 0) {
                ReplacingRestore.run(replica.folder(), target);
                assertRestored();
                assertThat(names()).as(this::told).containsExactly("app.db");
                continue;
            }
            // A run that fails for another reason settles what was left, too.
            Path empty = Files.createDirectories(folder.resolve("empty"));
            assertThatThrownBy(() -> ReplacingRestore.run(empty, target)).isInstanceOf(EmptyReplicaException.class);
            assertThat(names()).as(this::told).noneMatch(name -> name.contains(ASIDE));
            if (isOld) {
                assertThat(rows(target)).as(this::told).isEqualTo(ROWS);
            } else {
                assertRestored();
                assertNoSidecars();
            }
        }
        System.out.printf(
                "%d kills of a replacement: %d left the old database (%d between the steps), %d the new%n",
                KILLS, old, between, replaced);
        assertThat(old).as(this::told).isPositive();
        assertThat(replaced).as(this::told).isPositive();
    }

    private String told() {
        try {
            return "-Dtailrace.kills.seed=" + seed + "; there are " + names() + "; "
                    + (Files.exists(output) ? Files.readString(output) : "");
        } catch (IOException e) {
            return e.toString();
        }
    }

    private ChildJvm start(boolean replacing) throws IOException {
        return replacing
                ? ChildJvm.main(output, ReplacingRestore.class, replica.folder().toString(), target.toString())
                : ChildJvm.tailrace(
                        output,
                        "restore",
                        "-o",
                        target.toString(),
                        replica.folder().toString());
    }

    /** How long the temporary file is there, in nanoseconds. */
    private long durationOfWriting(ChildJvm started) throws Exception {
        try (ChildJvm child = started) {
            assertThat(child.awaitFile(temporary)).as(this::told).isTrue();
            long began = System.nanoTime();
            while (child.isAlive() && Files.exists(temporary)) {
                LockSupport.parkNanos(ChildJvm.POLL_NANOS);
            }
            long duration = System.nanoTime() - began;
            assertThat(child.exitCode()).as(this::told).isZero();
            return duration;
        }
    }

    /** Waits until another file than now has that name, or the process has ended. */
    private static void awaitOther(ChildJvm child, Path file) throws IOException {
        Object before = Files.exists(file) ? Files.getAttribute(file, "unix:ino") : "none";
        while (child.isAlive()) {
            try {
                if (!Files.getAttribute(file, "unix:ino").equals(before)) {
                    return;
                }
            } catch (NoSuchFileException e) {
                // Not there yet.
            }
            LockSupport.parkNanos(ChildJvm.POLL_NANOS);
        }
    }

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private void assertRestored() throws IOException {
        assertThat(Files.mismatch(target, replica.database())).as(this::told).isEqualTo(-1);
    }

    private void assertNoSidecars() throws IOException {
        assertThat(names()).as(this::told).doesNotContain("app.db-wal", "app.db-shm", "app.db-journal");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void clear() throws IOException {
        for (String name : names()) {
            Files.delete(place.resolve(name));
        }
    }

    private void putOldDatabase() throws IOException {
        Files.copy(oldDatabase, target, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(walOf(oldDatabase), walOf(target), StandardCopyOption.REPLACE_EXISTING);
        Files.write(place.resolve("app.db-shm"), new byte[0]);
    }

    private static Path walOf(Path database) {
        return database.resolveSibling(database.getFileName() + "-wal");
    }

    /** A database of which a third of the rows is in the WAL only, as a crash leaves it. */
    private static Path makeOldDatabase() throws IOException, SQLException {
        Path live = shared.resolve("live.db");
        Path copy = shared.resolve("old.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + live);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA wal_autocheckpoint=0");
            statement.execute("CREATE TABLE old(id INTEGER PRIMARY KEY, body BLOB)");
            fill(statement, ROWS * 2 / 3);
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            fill(statement, ROWS - ROWS * 2 / 3);
            Files.copy(live, copy);
            Files.copy(walOf(live), walOf(copy));
        }
        return copy;
    }

    private static void fill(Statement statement, int rows) throws SQLException {
        for (int i = 0; i < rows; i++) {
            statement.execute("INSERT INTO old(body) VALUES(randomblob(200))");
        }
    }

    private static int rows(Path database) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT count(*) FROM old")) {
            return result.next() ? result.getInt(1) : -1;
        }
    }
}
