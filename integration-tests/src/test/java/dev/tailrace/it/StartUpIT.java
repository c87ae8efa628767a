// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.it.PackedCommandLine.Run;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The archive of classes that the launcher keeps in the user's cache: whatever becomes of it, restores are right, and silent. */
class StartUpIT {

    private static final Duration PATIENCE = Duration.ofSeconds(300);
    private static final String FROM_ARCHIVE = "dev.tailrace.cli.Main source: shared objects file";

    @TempDir
    static Path shared;

    /** Of the packed command line, made by its first run. */
    private static Path madeArchive;

    @TempDir
    Path folder;

    private ReplicaFixture fixture;
    private Path replica;
    private PackedCommandLine tailrace;
    private Path cache;

    @BeforeAll
    static void firstRunMakesTheArchiveAndSaysNothingOfIt() throws Exception {
        Run run = PackedCommandLine.built().run(List.of(), cachedIn(shared), "help");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        madeArchive = awaitArchive(shared);
    }

    @BeforeEach
    void prepare() throws IOException {
        tailrace = PackedCommandLine.built();
        fixture = ReplicaFixtures.of("v03-flat", "tiny");
        replica = fixture.unpackInto(folder.resolve("replica"));
        cache = folder.resolve("cache");
    }

    @Test
    void laterRunsTakeTheirClassesFromTheArchive() throws Exception {
        assertThat(classesOfRestore(tailrace, cachedIn(shared))).contains(FROM_ARCHIVE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folderOf(shared))))
                .isEqualTo("rwx------");
    }

    @Test
    void archiveIsNeitherMadeNorUsedWhereItIsSwitchedOff() throws Exception {
        Map<String, String> environment = cachedIn(shared);
        environment.put("TAILRACE_CACHE", "off");
        assertThat(classesOfRestore(tailrace, environment)).doesNotContain(FROM_ARCHIVE);
        environment.putAll(Map.of("XDG_CACHE_HOME", cache.toString()));
        restore(tailrace, List.of(), environment);
        assertThat(cache).doesNotExist();
    }

    @Test
    void cacheThatCannotBeMadeIsDoneWithout() throws Exception {
        Files.writeString(cache, "a file, no folder");
        restore(tailrace, List.of(), cachedIn(cache));
        restore(tailrace, List.of("env", "-u", "HOME", "-u", "XDG_CACHE_HOME"), Map.of("TAILRACE_CACHE", "on"));
        restore(
                tailrace,
                List.of("env", "-u", "XDG_CACHE_HOME"),
                Map.of("TAILRACE_CACHE", "on", "HOME", folder.resolve("none").toString()));
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    void folderThatOthersCanWriteToIsNotUsed() throws Exception {
        copyArchive();
        assertThat(classesOfRestore(tailrace, cachedIn(cache))).contains(FROM_ARCHIVE);
        Files.setPosixFilePermissions(folderOf(cache), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(classesOfRestore(tailrace, cachedIn(cache))).doesNotContain(FROM_ARCHIVE);
    }

    @Test
    void damagedArchiveIsDoneWithout() throws Exception {
        Path archive = copyArchive();
        try (FileChannel channel = FileChannel.open(writable(archive), StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
        restore(tailrace, List.of(), cachedIn(cache));
        Files.write(archive, new byte[(int) Files.size(madeArchive)]);
        restore(tailrace, List.of(), cachedIn(cache));
        Files.write(archive, new byte[0]);
        restore(tailrace, List.of(), cachedIn(cache));
        Path tiny =
                archive.resolveSibling(String.valueOf(archive.getFileName()).replaceFirst("@[0-9]+\\.jsa$", "@10.jsa"));
        Files.writeString(Files.move(archive, tiny), "no archive");
        restore(tailrace, List.of(), cachedIn(cache));
        assertThat(Scratch.names(folderOf(cache))).hasSize(1);
    }

    /** Java looks at the head of an archive only: bytes that went bad in its middle end the process. */
    @Test
    void archiveThatJavaCrashedWithIsMadeAnew() throws Exception {
        Map<String, String> environment = cachedIn(cache);
        Path archive = copyArchive();
        try (FileChannel channel = FileChannel.open(writable(archive), StandardOpenOption.WRITE)) {
            byte[] bad = new byte[(int) channel.size() / 2];
            new Random(1).nextBytes(bad);
            channel.write(ByteBuffer.wrap(bad), channel.size() / 4);
        }

        Run crashed =
                tailrace.run(List.of(), environment, "restore", "-o", database().toString(), replica.toString());
        assertThat(crashed.exitCode()).as(crashed.err()).isGreaterThan(128);
        assertThat(crashed.out()).contains(archive.getParent() + "/", ".crash");
        assertThat(database()).doesNotExist();

        restore(tailrace, List.of(), environment);
        await(() -> Scratch.names(folderOf(cache)).size() == 2
                && Scratch.names(folderOf(cache)).stream().anyMatch(name -> name.endsWith(".jsa")));
        assertThat(folderOf(cache).resolve("last-crash.log")).isNotEmptyFile();
        assertThat(classesOfRestore(tailrace, environment)).contains(FROM_ARCHIVE);
    }

    /** Java itself looks at the jars up to 24, the launcher from 25 on. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void archiveOfOtherJarsIsDoneWithoutAndMadeAnewOnceItIsOlder(boolean java25) throws Exception {
        PackedCommandLine copy = tailrace.copyTo(folder.resolve("tailrace"));
        Map<String, String> environment = cachedIn(cache);
        if (java25) {
            environment.put("JAVA_HOME", otherJava().toString());
        }
        restore(copy, List.of(), environment);
        Path first = awaitArchive(cache);
        assertThat(classesOfRestore(copy, environment)).contains(FROM_ARCHIVE);

        Path jar = jar(copy.home().resolve("lib"), "tailrace-core");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        assertThat(classesOfRestore(copy, environment)).doesNotContain(FROM_ARCHIVE);
        if (java25) {
            // That run has another one made; what it is made of must not change meanwhile.
            await(() -> !awaitArchive(cache).equals(first));
        }

        FileTime old = Files.getLastModifiedTime(awaitArchive(cache));
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now()));
        restore(copy, List.of(), environment);
        await(() -> Files.getLastModifiedTime(awaitArchive(cache)).compareTo(old) > 0);

        Scratch.delete(copy.home().resolve("backends/file"));
        Run run = copy.run(List.of(), environment, "restore", "-o", database().toString(), replica.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("tailrace-client-file").hasLineCount(1);
    }

    /** Java 25 refuses to start if it is given an archive and another word on archives. */
    @Test
    void archiveIsNotUsedWhereTheUsersOptionsSaySomethingOfArchives() throws Exception {
        for (String option : List.of("-Xshare:off", "-Xshare:auto", "-XX:SharedArchiveFile=none.jsa")) {
            Map<String, String> environment = cachedIn(shared);
            environment.put("TAILRACE_JAVA_OPTS", option);
            restore(tailrace, List.of(), environment);
        }
        Map<String, String> environment = cachedIn(shared);
        environment.put("TAILRACE_JAVA_OPTS", "-XX:+UseParallelGC -XX:-UseCompressedOops");
        restore(tailrace, List.of(), environment);
    }

    @Test
    void twoFirstRunsAtOnceMakeOneArchive() throws Exception {
        ExecutorService runs = Executors.newFixedThreadPool(2);
        try {
            List<Callable<Run>> both = new ArrayList<>();
            for (String name : List.of("one.db", "two.db")) {
                both.add(() -> tailrace.run(
                        List.of(),
                        cachedIn(cache),
                        "restore",
                        "-o",
                        folder.resolve(name).toString(),
                        replica.toString()));
            }
            for (Future<Run> each : runs.invokeAll(both)) {
                assertThat(each.get().exitCode()).as(each.get().err()).isZero();
                assertThat(each.get().err()).isEmpty();
            }
        } finally {
            runs.shutdownNow();
        }
        awaitArchive(cache);
        assertThat(Scratch.names(folderOf(cache))).hasSize(1);
        assertThat(classesOfRestore(tailrace, cachedIn(cache))).contains(FROM_ARCHIVE);
    }

    @Test
    void archiveOfOtherJavaIsDoneWithout() throws Exception {
        Path other = otherJava();
        assumeTrue(Runtime.version().feature() < 25, "needs to run on an older Java than 25");
        Map<String, String> environment = cachedIn(cache);
        environment.put("JAVA_HOME", other.toString());
        restore(tailrace, List.of(), environment);
        Path archive = awaitArchive(cache);
        assertThat(String.valueOf(archive.getFileName())).isNotEqualTo(String.valueOf(madeArchive.getFileName()));
        assertThat(classesOfRestore(tailrace, environment)).contains(FROM_ARCHIVE);

        Files.delete(archive);
        Files.copy(
                madeArchive,
                archive.resolveSibling(String.valueOf(archive.getFileName())
                        .replaceFirst("@[0-9]+\\.jsa$", "@" + Files.size(madeArchive) + ".jsa")));
        assertThat(classesOfRestore(tailrace, environment)).doesNotContain(FROM_ARCHIVE);
    }

    @Test
    void restoreFromFolderOpensNoOtherBackendNorLoadsWhatItDoesNotNeed() throws Exception {
        String classes = classesOfRestore(tailrace, Map.of());
        List<String> jars = classes.lines()
                .filter(line -> line.endsWith(".jar"))
                .map(line -> line.substring(line.lastIndexOf('/') + 1).replaceFirst("-[0-9].*", ""))
                .distinct()
                .sorted()
                .toList();
        assertThat(jars)
                .containsExactly(
                        "lz4-java",
                        "tailrace-cli",
                        "tailrace-client-file",
                        "tailrace-codec-lz4",
                        "tailrace-core",
                        "tailrace-picocli");
    }

    @Test
    void nativeLibraryIsTakenFromItsFolderAndJavaServesWhereThereIsNone() throws Exception {
        Map<String, String> logging = new HashMap<>();
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        logging.put("TAILRACE_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
        Run unpacked = tailrace.run(List.of(), logging, "version");
        assertThat(unpacked.out()).containsPattern("lz4 .*, native");
        assertThat(temporary).isEmptyDirectory();

        logging.put("TAILRACE_JAVA_OPTS", "-Djava.library.path=" + folder + " -Dos.arch=none");
        Run without = tailrace.run(List.of(), logging, "version");
        assertThat(without.out()).containsPattern("lz4 .*, Java; not native: .+");
        restore(tailrace, List.of(), logging);
    }

    /** The log of classes and where each came from, of a restore that is right. */
    private String classesOfRestore(PackedCommandLine commandLine, Map<String, String> environment) throws Exception {
        Path log = folder.resolve("classes.txt");
        Map<String, String> logging = new HashMap<>(environment);
        logging.put("TAILRACE_JAVA_OPTS", "-Xlog:class+load:file=" + log);
        restore(commandLine, List.of(), logging);
        return Files.readString(log);
    }

    private void restore(PackedCommandLine commandLine, List<String> below, Map<String, String> environment)
            throws Exception {
        Files.deleteIfExists(database());
        Run run =
                commandLine.run(below, environment, "restore", "-o", database().toString(), replica.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines()).hasSize(2);
        assertThat(FixtureRestoreTest.sha256(database()))
                .isEqualTo(fixture.restores().get(0).sha256().orElseThrow());
    }

    private Path database() {
        return folder.resolve("app.db");
    }

    private static Map<String, String> cachedIn(Path cache) {
        return new HashMap<>(Map.of("TAILRACE_CACHE", "on", "XDG_CACHE_HOME", cache.toString()));
    }

    private static Path folderOf(Path cache) {
        return cache.resolve("tailrace");
    }

    private Path copyArchive() throws IOException {
        Files.createDirectory(cache);
        Files.createDirectory(
                folderOf(cache), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return Files.copy(
                madeArchive,
                folderOf(cache).resolve(String.valueOf(madeArchive.getFileName())),
                StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static Path writable(Path archive) throws IOException {
        return Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-------"));
    }

    /** Java makes it in the background, and leaves nothing else. */
    private static Path awaitArchive(Path cache) throws Exception {
        await(() -> Files.isDirectory(folderOf(cache))
                && Scratch.names(folderOf(cache)).stream().allMatch(name -> name.endsWith(".jsa"))
                && !Scratch.names(folderOf(cache)).isEmpty());
        try (Stream<Path> archives = Files.list(folderOf(cache))) {
            Path archive = archives.findFirst().orElseThrow();
            assertThat(archive).isNotEmptyFile();
            return archive;
        }
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("still waiting for the archive").isLessThan(end);
            Thread.sleep(100);
        }
    }

    private static Path jar(Path libraries, String name) throws IOException {
        try (Stream<Path> jars = Files.list(libraries)) {
            return jars.filter(jar -> String.valueOf(jar.getFileName()).startsWith(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Path otherJava() throws IOException {
        List<Path> homes = new ArrayList<>();
        String named = System.getenv("JAVA_HOME_25");
        if (named != null) {
            homes.add(Path.of(named));
        }
        Path usual = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(usual)) {
            try (Stream<Path> found = Files.list(usual)) {
                found.filter(home -> String.valueOf(home.getFileName()).contains("25"))
                        .forEach(homes::add);
            }
        }
        homes.removeIf(home -> !Files.isExecutable(home.resolve("bin/java")));
        assumeTrue(!homes.isEmpty(), "needs Java 25 in JAVA_HOME_25 or /usr/lib/jvm");
        return homes.get(0);
    }
}
