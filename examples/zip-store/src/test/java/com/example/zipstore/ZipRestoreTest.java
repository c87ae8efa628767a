// SPDX-License-Identifier: Apache-2.0
package com.example.zipstore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.Tailrace;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.replica.ReplicaClient;
import dev.tailrace.restore.Restorer;
import dev.tailrace.store.ObjectRead;
import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStream;
import dev.tailrace.store.PutOptions;
import dev.tailrace.testkit.ExpectedRestore;
import dev.tailrace.testkit.NothingLeftBehind;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Zip files made by other means than this store. */
class ZipRestoreTest {

    @RegisterExtension
    final NothingLeftBehind leftBehind = NothingLeftBehind.ofThreads().andOpenFiles();

    @TempDir
    private Path folder;

    @Test
    void restoresDatabaseThatLitestreamReplicated() throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of("v03-flat", "twogen");
        Path zip = ZipFiles.write(folder.resolve("app.zip"), fixture.objects(), fixture.times());
        leftBehind.watch(folder);
        Path database = folder.resolve("app.db");

        try (ReplicaClient replica = Tailrace.open("zip:" + zip)) {
            Restorer.of(replica).restoreTo(database);
        }

        ExpectedRestore expected = fixture.restores().stream()
                .filter(restore -> restore.isLatest() && restore.mustMatch())
                .findFirst()
                .orElseThrow();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(database));
        assertEquals(expected.sha256().orElseThrow(), HexFormat.of().formatHex(digest));
        Files.delete(database);
    }

    @Test
    void keepsWhatOthersHaveCompressed() throws Exception {
        byte[] content = "compressible ".repeat(1_000).getBytes();
        Path zip = ZipFiles.write(folder.resolve("app.zip"), Map.of("generations/old", content), Map.of());

        try (ObjectStore store = new ZipObjectStore(zip, "zip:" + zip)) {
            store.put("generations/new", ObjectSource.of(new byte[10]), PutOptions.NONE);

            assertEquals(List.of("generations"), store.listFolders(""));
            assertTrue(Files.size(zip) < content.length);
            try (ObjectStream stream =
                    store.open(ObjectRead.whole("generations/old").range(13, 26))) {
                assertArrayEquals("compressible ".getBytes(), stream.readAllBytes());
            }
        }
        assertEquals(List.of(), ZipFiles.besides(folder, "app.zip", "app.zip.lock"));
    }

    @Test
    void absentFileIsEmptyReplica() throws Exception {
        try (ReplicaClient replica = Tailrace.open("zip:" + folder.resolve("absent.zip"))) {
            assertThrows(EmptyReplicaException.class, () -> Restorer.of(replica).restoreTo(folder.resolve("app.db")));
        }
        assertEquals(List.of(), ZipFiles.besides(folder));
    }

    @Test
    void fileThatIsNoArchiveIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("app.zip"), "not a zip file");

        try (ObjectStore store = new ZipObjectStore(file, "zip:app.zip")) {
            StoreAccessException refused = assertThrows(StoreAccessException.class, () -> store.stat("key"));
            assertTrue(
                    refused.getMessage().startsWith("cannot open zip:app.zip: not a zip file"), refused.getMessage());
            assertThrows(
                    StoreAccessException.class, () -> store.put("key", ObjectSource.of(new byte[1]), PutOptions.NONE));
        }
        assertEquals("not a zip file", Files.readString(file));
        assertEquals(List.of(), ZipFiles.besides(folder, "app.zip", "app.zip.lock"));
    }

    @Test
    void damagedEntryIsNoSilentEnd() throws Exception {
        byte[] content = "compressible ".repeat(10_000).getBytes();
        Path zip = ZipFiles.write(folder.resolve("app.zip"), Map.of("key", content), Map.of());
        try (RandomAccessFile file = new RandomAccessFile(zip.toFile(), "rw")) {
            file.seek(file.length() / 2);
            file.write(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
        }

        try (ObjectStore store = new ZipObjectStore(zip, "zip:app.zip");
                ObjectStream stream = store.open(ObjectRead.whole("key"))) {
            assertThrows(TailraceException.class, stream::readAllBytes);
        }
    }

    @Test
    void urlOfAnotherFormIsRefused() {
        for (String url : List.of("zip:", "zip:/", "zip:/folder/", "zip://host/app.zip", "zip:app.zip?level=9")) {
            assertThrows(ReplicaUrlException.class, () -> Tailrace.open(url), url);
        }
        assertFalse(Files.exists(folder.resolve("app.zip")));
    }
}
