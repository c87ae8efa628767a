// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.testkit.ReplicaFixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A copy of a {@code wide} fixture on disk, and an output folder beside it, for something to be done to them. */
final class WideReplica {

    /** The index in the middle of 0 to 14 that the failure tables damage; it has three segments. */
    static final long MIDDLE = 0xa;

    static final long LAST = 0x14;

    private static final int FRAME_HEADER = 24;

    private final ReplicaFixture fixture;
    private final History history;
    private final Path root;
    private final Path output;

    /** @param objects the fixture's, unpacked once for all copies */
    WideReplica(ReplicaFixture fixture, Map<String, byte[]> objects, History history, Path folder) throws IOException {
        this.fixture = fixture;
        this.history = history;
        root = folder.resolve("replica");
        for (Map.Entry<String, byte[]> object : objects.entrySet()) {
            Path file = root.resolve(object.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, object.getValue());
            Files.setLastModifiedTime(file, FileTime.from(fixture.times().get(object.getKey())));
        }
        output = Files.createDirectory(folder.resolve("out"));
    }

    String layout() {
        return fixture.layout();
    }

    Path root() {
        return root;
    }

    Path output() {
        return output;
    }

    /** Where the database is to be restored. */
    Path database() {
        return output.resolve("app.db");
    }

    String generation() {
        return history.contents().firstKey().generation();
    }

    Path file(Place place) {
        return root.resolve(place.key(layout()));
    }

    Place snapshot() {
        return new Place(generation(), 0, -1);
    }

    /** The segments of an index, ascending. */
    List<Place> segments(long index) {
        return List.copyOf(history.contents()
                .subMap(new Place(generation(), index, 0), new Place(generation(), index + 1, -1))
                .keySet());
    }

    Place first(long index) {
        return segments(index).get(0);
    }

    Place second(long index) {
        return segments(index).get(1);
    }

    Place last(long index) {
        List<Place> segments = segments(index);
        return segments.get(segments.size() - 1);
    }

    void delete(Place place) throws IOException {
        Files.delete(file(place));
    }

    /** Deletes the WAL of an index, and the folder it had where the layout has one. */
    void deleteIndex(long index, boolean folderToo) throws IOException {
        for (Place segment : segments(index)) {
            delete(segment);
        }
        if (folderToo) {
            Files.delete(indexFolder(index));
        }
    }

    Path indexFolder(long index) {
        return file(new Place(generation(), index, 0)).getParent();
    }

    /** Changes the bytes as they are stored. */
    void stored(Place place, UnaryOperator<byte[]> change) throws IOException {
        Files.write(file(place), change.apply(Files.readAllBytes(file(place))));
    }

    /** Changes the content, and compresses it again. */
    void content(Place place, UnaryOperator<byte[]> change) throws IOException {
        Files.write(file(place), Lz4.encode(change.apply(Lz4.decode(Files.readAllBytes(file(place))))));
    }

    void swap(Place one, Place other) throws IOException {
        byte[] bytes = Files.readAllBytes(file(one));
        Files.write(file(one), Files.readAllBytes(file(other)));
        Files.write(file(other), bytes);
    }

    /** Puts a copy of an index in the place of another one. */
    void replaceIndex(long index, long by) throws IOException {
        deleteIndex(index, false);
        for (Place segment : segments(by)) {
            Files.copy(file(segment), file(new Place(generation(), index, segment.offset())));
        }
    }

    /** A change of one bit. */
    static UnaryOperator<byte[]> flip(int at) {
        return bytes -> {
            bytes[at] ^= 1;
            return bytes;
        };
    }

    static byte[] flipInTheMiddle(byte[] bytes) {
        bytes[bytes.length / 2] ^= 1;
        return bytes;
    }

    static byte[] flipTheLast(byte[] bytes) {
        bytes[bytes.length - 1] ^= 1;
        return bytes;
    }

    static byte[] half(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
    }

    static byte[] nothing(byte[] bytes) {
        return Arrays.copyOf(bytes, 0);
    }

    static UnaryOperator<byte[]> without(int count) {
        return bytes -> Arrays.copyOf(bytes, bytes.length - count);
    }

    static UnaryOperator<byte[]> with(int zeros) {
        return bytes -> Arrays.copyOf(bytes, bytes.length + zeros);
    }

    static byte[] withGarbage(byte[] bytes) {
        return ByteBuffer.allocate(bytes.length + 8)
                .put(bytes)
                .putLong(0x0123456789abcdefL)
                .array();
    }

    byte[] withoutLastFrame(byte[] wal) {
        return Arrays.copyOf(wal, wal.length - FRAME_HEADER - fixture.pageSize());
    }

    byte[] withoutLastPage(byte[] database) {
        return Arrays.copyOf(database, database.length - fixture.pageSize());
    }
}
