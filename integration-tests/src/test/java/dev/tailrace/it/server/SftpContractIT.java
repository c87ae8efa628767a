// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.KeyPair;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.it.PackedCommandLine;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProviders;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NeedsContainers
class SftpContractIT extends BackendIT {

    private static SftpServer server;

    @BeforeAll
    static void start() {
        server = SftpServer.start();
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    @Override
    StoreUnderTest subject() throws Exception {
        return server.folder();
    }

    @Override
    String backend() {
        return "sftp";
    }

    @Override
    boolean listsRecordedTimes() {
        return true;
    }

    /** The protocol has no fractions of seconds. */
    @Override
    ChronoUnit recordedTimePrecision() {
        return ChronoUnit.SECONDS;
    }

    @Nested
    class Stores extends StoreContract {
        @Override
        StoreUnderTest subject() throws Exception {
            return SftpContractIT.this.subject();
        }

        @Override
        protected boolean listsRecordedTimes() {
            return true;
        }

        @Override
        protected ChronoUnit recordedTimePrecision() {
            return SftpContractIT.this.recordedTimePrecision();
        }

        @Override
        protected List<String> leftovers() throws Exception {
            String files = server.run("find", "/home/" + SftpServer.USER + "/replica/store-contract", "-type", "f");
            return files.lines().toList();
        }
    }

    private static StoreUnderTest asked(String user, String options, Map<String, String> environment) throws Exception {
        return new StoreUnderTest(
                "sftp://" + user + "@" + server.address() + "/replica",
                options,
                environment,
                List.of(SftpServer.PASSWORD));
    }

    private static String pin() throws Exception {
        return "hostkey=" + server.fingerprint("ed25519");
    }

    private static void worksWith(StoreUnderTest subject) throws IOException {
        try (ObjectStore store = subject.open("logins")) {
            ObjectInfo info = store.put("a", ObjectSource.of(new byte[3]), PutOptions.NONE);
            assertThat(store.stat("a")).contains(info);
        }
    }

    // ---- where it is

    @Test
    void loginFolderAndAbsolutePathAreTheSamePlaceForALockedUser() throws Exception {
        String rest = SftpServer.USER + "@" + server.address();
        try (ObjectStore absolute = subject().open("places")) {
            absolute.put("a", ObjectSource.of(new byte[3]), PutOptions.NONE);
            for (String url : List.of("sftp://" + rest + "/~/replica", "sftp://" + rest + "//replica/x/..")) {
                StoreUnderTest other = new StoreUnderTest(url, pin(), SftpServer.environment(), List.of());
                try (ObjectStore store = other.open("places")) {
                    assertThat(keys(store, "")).as(url).containsExactly("a");
                }
            }
        }
    }

    @Test
    void passwordMayStandInTheUrl() throws Exception {
        StoreUnderTest inUrl = asked(SftpServer.USER + ":pl4ntedword%21", pin(), Map.of());
        worksWith(inUrl);
        try (ObjectStore store = inUrl.open("logins")) {
            assertThat(store.location()).doesNotContain("pl4ntedword");
        }
    }

    // ---- keys

    @ParameterizedTest
    @CsvSource({"ed25519,''", "ecdsa,''", "rsa,''", "ed25519,pl4nted phrase", "rsa,pl4nted phrase"})
    void logsInWithAKeyFile(String type, String passphrase) throws Exception {
        Path key = newKey(type, passphrase);
        Map<String, String> environment = passphrase.isEmpty()
                ? Map.of("LITESTREAM_SFTP_KEY_PATH", key.toString())
                : Map.of("LITESTREAM_SFTP_KEY_PATH", key.toString(), "LITESTREAM_SFTP_KEY_PASSPHRASE", passphrase);

        worksWith(asked(SftpServer.USER, pin(), environment));

        if (!passphrase.isEmpty()) {
            StoreUnderTest without = asked(SftpServer.USER, pin() + "&key-path=" + key, Map.of());
            assertRefused(5, List.of("is encrypted", "LITESTREAM_SFTP_KEY_PASSPHRASE"), without, without.urlOf("x"));
        }
    }

    @Test
    void logsInWithAnAgent() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ssh-agent")), "no ssh-agent on this machine");
        Path key = newKey("ed25519", "");
        Path socket = folder.resolve("agent.sock");
        Process agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("agent.log").toFile())
                .start();
        try {
            for (int i = 0; i < 100 && !Files.exists(socket); i++) {
                Thread.sleep(50);
            }
            ProcessBuilder add = new ProcessBuilder("ssh-add", "-q", key.toString());
            add.environment().put("SSH_AUTH_SOCK", socket.toString());
            assertThat(add.inheritIO().start().waitFor()).isZero();

            worksWith(asked(SftpServer.USER, pin(), Map.of("SSH_AUTH_SOCK", socket.toString())));
        } finally {
            agent.destroy();
            assertThat(agent.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** A key that the server accepts. */
    private Path newKey(String type, String passphrase) throws Exception {
        String there = "/tmp/" + type + "-" + System.nanoTime();
        server.run("ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", there);
        Path file = Files.writeString(folder.resolve(type), server.run("cat", there));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        server.allow(server.run("cat", there + ".pub").strip());
        return file;
    }

    @Test
    void refusesAKeyThatTheServerDoesNotKnow() throws Exception {
        Path key = folder.resolve("unknown");
        try (OutputStream out = Files.newOutputStream(key)) {
            KeyPair.genKeyPair(new JSch(), KeyPair.RSA, 2048).writePrivateKey(out);
        }
        StoreUnderTest wrong = asked(SftpServer.USER, pin(), Map.of("LITESTREAM_SFTP_KEY_PATH", key.toString()));
        assertRefused(5, List.of("does not accept user tester with the key " + key), wrong, wrong.urlOf("x"));
    }

    @Test
    void refusesAKeyFileThatIsNone() throws Exception {
        Path key = Files.writeString(folder.resolve("key"), "no key");
        StoreUnderTest wrong = asked(SftpServer.USER, pin() + "&key-path=" + key, Map.of());
        assertRefused(5, List.of(key.toString(), "holds no private key"), wrong, wrong.urlOf("x"));
        StoreUnderTest missing = asked(SftpServer.USER, pin() + "&key-path=/no/such/key", Map.of());
        assertRefused(5, List.of("/no/such/key", "cannot read the key file"), missing, missing.urlOf("x"));
    }

    // ---- who is refused

    @Test
    void refusesAWrongPassword() throws Exception {
        StoreUnderTest wrong = asked(SftpServer.USER, pin(), Map.of("LITESTREAM_SFTP_PASSWORD", "pl4nted-wrong!"));
        StoreUnderTest watched =
                new StoreUnderTest(wrong.url(), wrong.options(), wrong.environment(), List.of("wr0ng"));
        assertRefused(
                5, List.of("does not accept user tester", "LITESTREAM_SFTP_PASSWORD"), watched, watched.urlOf("x"));
    }

    @Test
    void refusesAWrongUser() throws Exception {
        StoreUnderTest wrong = asked("nobody-here", pin(), SftpServer.environment());
        assertRefused(5, List.of("does not accept user nobody-here"), wrong, wrong.urlOf("x"));
    }

    @Test
    void refusesToTryWithoutCredentials() throws Exception {
        // Without the keys that whoever runs this may have.
        Map<String, String> environment = Map.of("TAILRACE_JAVA_OPTS", "-Duser.home=" + folder);
        StoreUnderTest nobody = asked(SftpServer.USER, pin(), environment);
        assertRefused(5, List.of("no credentials found", "LITESTREAM_SFTP_PASSWORD"), nobody, nobody.urlOf("x"));
    }

    @Test
    void refusesAPathAsOthersSeeItForALockedUser() throws Exception {
        StoreUnderTest outside = new StoreUnderTest(
                "sftp://" + SftpServer.USER + "@" + server.address() + "/home/" + SftpServer.USER + "/replica",
                pin(),
                SftpServer.environment(),
                List.of(SftpServer.PASSWORD));
        assertRefused(5, List.of("there is no /home", "seen as /", "/~/"), outside, outside.urlOf("x"));
        try (ObjectStore store = outside.open("x")) {
            assertThatThrownBy(() -> store.put("a", ObjectSource.of(new byte[1]), PutOptions.NONE))
                    .isInstanceOf(StoreAccessException.class)
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void refusesWhatTheUserMayNotRead() throws Exception {
        try (ObjectStore store = subject().open("denied")) {
            store.put("generations/a", ObjectSource.of(new byte[1]), PutOptions.NONE);
            String path = "/home/" + SftpServer.USER + "/replica/denied/generations";
            server.run("sh", "-c", "chown root " + path + " && chmod 700 " + path);
            try {
                assertRefused(
                        5,
                        List.of("permission denied", "give this user access"),
                        subject(),
                        subject().urlOf("denied"));
            } finally {
                server.run("rm", "-rf", path);
            }
        }
    }

    @Test
    void refusesAServerThatIsNotThere() throws Exception {
        StoreUnderTest nowhere = new StoreUnderTest(
                "sftp://" + SftpServer.USER + "@127.0.0.1:1/replica", "", SftpServer.environment(), List.of());
        assertRefused(5, List.of("cannot connect", "127.0.0.1:1", "refused"), nowhere, nowhere.urlOf("x"));
    }

    // ---- host keys

    @Test
    void refusesAServerThatNobodyKnowsWithTheLineToAdd() throws Exception {
        Path known = folder.resolve("known_hosts");
        StoreUnderTest first = asked(SftpServer.USER, "known-hosts=" + known, SftpServer.environment());
        String line = "[" + server.address().replace(":", "]:") + " " + server.publicKey("ed25519");
        assertRefused(
                5,
                List.of("is not known", server.fingerprint("ed25519"), known.toString(), "\"" + line + "\""),
                first,
                first.urlOf("x"));

        Files.writeString(known, line + "\n");
        worksWith(first);
        Files.writeString(known, line.replace(server.publicKey("ed25519"), server.publicKey("rsa")) + "\n");
        worksWith(first);
    }

    @Test
    void refusesAServerWhoseKeyHasChanged() throws Exception {
        Path known = folder.resolve("known_hosts");
        KeyPair other = KeyPair.genKeyPair(new JSch(), KeyPair.ED25519, 0);
        String key = Base64.getEncoder().encodeToString(other.getPublicKeyBlob());
        Files.writeString(known, "[" + server.address().replace(":", "]:") + " ssh-ed25519 " + key + "\n");
        StoreUnderTest changed = asked(SftpServer.USER, "known-hosts=" + known, SftpServer.environment());
        assertRefused(
                5,
                List.of(
                        "host key has changed",
                        server.fingerprint("ed25519"),
                        "somebody else",
                        server.publicKey("ed25519")),
                changed,
                changed.urlOf("x"));
    }

    @Test
    void refusesAServerThatIsNotThePinnedOne() throws Exception {
        StoreUnderTest other = asked(
                SftpServer.USER,
                "hostkey=SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                SftpServer.environment());
        assertRefused(5, List.of("not the pinned one", server.fingerprint("ed25519")), other, other.urlOf("x"));
        StoreUnderTest nonsense = asked(SftpServer.USER, "hostkey=nonsense", SftpServer.environment());
        assertRefused(5, List.of("neither a fingerprint"), nonsense, nonsense.urlOf("x"));
    }

    @ParameterizedTest
    @CsvSource({"ed25519", "rsa"})
    void acceptsAPublicKeyAsAPin(String type) throws Exception {
        String key = server.publicKey(type).replace(" ", "%20");
        worksWith(asked(SftpServer.USER, "host-key=" + key, SftpServer.environment()));
    }

    @Test
    void insecureSwitchShouts() throws Exception {
        Path database = folder.resolve("app.db");
        StoreUnderTest insecure = asked(SftpServer.USER, "insecure-host-key=true", SftpServer.environment());
        PackedCommandLine.Run run = PackedCommandLine.built()
                .run(List.of(), insecure.environment(), "restore", "-o", database.toString(), insecure.urlOf("none"));
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("IS NOT CHECKED", "hostkey=SHA256").doesNotContain(SftpServer.PASSWORD);
    }

    // ---- what the server allows

    @Test
    void oneSessionAndOneConnectionAreEnough() throws Exception {
        server.configure("MaxSessions 1", "MaxStartups 1");
        try (ObjectStore store = subject().open("narrow")) {
            byte[] content = new byte[300_000];
            new Random(1).nextBytes(content);
            store.put("a", ObjectSource.of(content), PutOptions.NONE);
            List<ObjectStream> open = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                open.add(store.open(ObjectRead.whole("a")));
            }
            for (ObjectStream stream : open) {
                assertThat(Arrays.equals(stream.readAllBytes(), content)).isTrue();
                stream.close();
            }
        } finally {
            server.configure("MaxSessions 10", "MaxStartups 10:30:100");
        }
    }

    // ---- what lies beside objects, or is none

    @Test
    void readsWhatOthersWroteAndPassesOverWhatIsNoObject() throws Exception {
        String place = "/home/" + SftpServer.USER + "/replica/others";
        server.run(
                "sh",
                "-c",
                "mkdir -p " + place + "/sub && cd " + place
                        + " && printf content > sub/a && ln -s sub link && ln -s ../../etc out"
                        + " && ln -s nowhere dangling && ln -s . loop && mkfifo pipe && printf x > tailrace-0123456789abcdef.tmp"
                        + " && touch -d 2021-03-04T05:06:07Z sub/a && printf x > \"$(printf 'bad\\377')\""
                        + " && ln -s sub/a file && chown -R 1001 .");
        try (ObjectStore store = subject().open("others")) {
            assertThat(keys(store, "")).containsExactly("file", "link/a", "sub/a");
            assertThat(store.listFolders("")).containsExactly("link", "loop", "sub");
            assertThat(store.stat("sub/a").map(ObjectInfo::storedAt)).contains(Instant.parse("2021-03-04T05:06:07Z"));
            assertThat(store.stat("pipe")).isEmpty();
            for (String key : List.of("link/a", "file")) {
                try (ObjectStream stream = store.open(ObjectRead.whole(key).range(3, 6))) {
                    assertThat(new String(stream.readAllBytes(), UTF_8)).isEqualTo("ten");
                }
            }
        }
    }

    /** Half of the heap holds some 84,000 of them. */
    @Test
    void refusesAFolderOfMoreNamesThanTheHeapHolds() throws Exception {
        String place = "/home/" + SftpServer.USER + "/replica/crowded";
        server.run(
                "sh",
                "-c",
                "mkdir -p " + place + "/generations && cd " + place + "/generations && seq 90000 | xargs touch");
        Map<String, String> environment = new HashMap<>(SftpServer.environment());
        environment.put("TAILRACE_JAVA_OPTS", "-Xmx32m");
        StoreUnderTest crowded = asked(SftpServer.USER, pin(), environment);
        try {
            assertRefused(
                    7,
                    List.of("generations/", "too many for a heap of 3", "TAILRACE_JAVA_OPTS=-Xmx"),
                    crowded,
                    crowded.urlOf("crowded"));
        } finally {
            server.run("rm", "-rf", place);
        }
    }

    @Test
    void whatIsOverwrittenInPlaceIsNeverMixedIn() throws Exception {
        byte[] old = new byte[2_000_000];
        new Random(1).nextBytes(old);
        PutOptions before = PutOptions.NONE.recordedAt(Instant.parse("2021-03-04T05:06:07Z"));
        try (ObjectStore store = subject().open("overwritten")) {
            ObjectInfo info = store.put("a", ObjectSource.of(old), before);
            try (ObjectStream stream = store.open(ObjectRead.whole(info))) {
                byte[] got = stream.readNBytes(1_000);
                String file = "/home/" + SftpServer.USER + "/replica/overwritten/a";
                server.run("dd", "if=/dev/zero", "of=" + file, "bs=2000000", "count=1", "conv=notrunc");
                ByteArrayOutputStream rest = new ByteArrayOutputStream();
                rest.write(got);
                assertThatThrownBy(() -> stream.transferTo(rest)).isInstanceOf(ObjectChangedException.class);
                assertThatThrownBy(stream::read).isInstanceOf(ObjectChangedException.class);
                assertThat(rest.toByteArray()).isEqualTo(Arrays.copyOf(old, rest.size()));
            }
        }
    }

    @Test
    void noKeyLeadsOut() throws Exception {
        String place = "/home/" + SftpServer.USER + "/replica/out";
        server.run(
                "sh",
                "-c",
                "mkdir -p " + place + "/in " + place + "/beside && cd " + place
                        + " && printf x > beside/a && ln -s ../beside in/folder && ln -s ../beside/a in/file && chown -R 1001 .");
        try (ObjectStore store = subject().open("out/in")) {
            for (String key : List.of("folder/a", "file")) {
                assertThatThrownBy(() -> store.stat(key))
                        .isInstanceOf(StoreAccessException.class)
                        .hasMessageContaining("leads out");
                assertThatThrownBy(() -> store.open(ObjectRead.whole(key))).isInstanceOf(StoreAccessException.class);
            }
            assertThatThrownBy(() -> store.put("folder/new/b", ObjectSource.of(new byte[1]), PutOptions.NONE))
                    .isInstanceOf(StoreAccessException.class);
            assertThatThrownBy(() -> store.delete(List.of("folder/a"))).isInstanceOf(StoreAccessException.class);
            for (String key : List.of("../beside/a", "a/../../beside/a", "/etc/passwd", "a//b", "")) {
                assertThatThrownBy(() -> store.stat(key)).as(key).isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(keys(store, "")).isEmpty();
        }
        assertThat(server.run("ls", place + "/beside")).isEqualTo("a\n");
    }

    @Test
    void anIdleConnectionIsKept() throws Exception {
        ReplicaUrl url = ReplicaUrl.parse(subject().urlOf("idle"));
        StoreSettings settings = subject().settings().withStallTimeout(Duration.ofSeconds(2));
        try (ObjectStore store =
                ObjectStoreProviders.installed().forScheme("sftp").open(url, settings)) {
            store.put("a", ObjectSource.of(new byte[3]), PutOptions.NONE);
            String process = server.run("pgrep", "-u", "1001", "-x", "sshd");
            Thread.sleep(7_000);
            assertThat(store.stat("a").map(ObjectInfo::size)).contains(3L);
            assertThat(server.run("pgrep", "-u", "1001", "-x", "sshd")).isEqualTo(process);
        }
    }

    @Test
    void isUsedAgainAfterTheServerWasRestarted() throws Exception {
        try (ObjectStore store = subject().open("restarted")) {
            store.put("a", ObjectSource.of(new byte[3]), PutOptions.NONE);
            // Ends the sessions, and not the server, whose port would be another then.
            server.run("sh", "-c", "for p in $(pgrep -x sshd); do [ $p = 1 ] || kill -9 $p; done");
            assertThat(store.stat("a").map(ObjectInfo::size)).contains(3L);
            server.run("sh", "-c", "for p in $(pgrep -x sshd); do [ $p = 1 ] || kill -9 $p; done");
            store.put("b", ObjectSource.of(new byte[3]), PutOptions.NONE);
            assertThat(keys(store, "")).containsExactly("a", "b");
        }
    }

    @Test
    void restoresTheStateBeforeASegmentThatIsStillBeingUploaded() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("v03-flat", "tiny");
        String newest = fixture.objects().keySet().stream()
                .filter(key -> key.contains("/wal/"))
                .reduce((older, newer) -> newer)
                .orElseThrow();
        Path before = folder.resolve("before.db");
        Path restored = folder.resolve("restored.db");
        try (ObjectStore store = subject().open("uploading")) {
            fixture.copyTo(store);
            store.delete(List.of(newest));
            restore(before);
            fixture.copyTo(store);
        }
        server.run("truncate", "-s", "100", "/home/" + SftpServer.USER + "/replica/uploading/" + newest);

        PackedCommandLine.Run run = restore(restored);

        assertThat(run.err()).contains("not whole", newest).hasLineCount(1);
        assertThat(Files.mismatch(restored, before)).isEqualTo(-1);
    }

    private PackedCommandLine.Run restore(Path database) throws Exception {
        PackedCommandLine.Run run = PackedCommandLine.built()
                .run(
                        List.of(),
                        subject().environment(),
                        "restore",
                        "-o",
                        database.toString(),
                        subject().urlOf("uploading"));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }
}
