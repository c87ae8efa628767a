// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;

/**
 * One thing done to the objects of a replica, told by numbers alone, so that it can be done again and left out.
 *
 * @param kind what is done
 * @param object which object: a number that is taken modulo how many there are
 * @param other another object, in the same way
 * @param place where in it, in the same way
 * @param amount how much, in the same way
 */
record Mutation(Kind kind, int object, int other, int place, int amount) {

    /** What can be done. */
    enum Kind {
        FLIP_BIT,
        CHANGE_BYTE,
        ZERO_RANGE,
        CUT,
        APPEND,
        DROP,
        DROP_NEWEST,
        DROP_END_OF_INDEX,
        SWAP,
        COPY_OVER,
        COPY_BEYOND_THE_END,
        RENAME,
        RECOMPRESS_CHANGED,
        RECOMPRESS_SHORTER,
        RECOMPRESS_SAME;

        private static final List<Kind> ALL = List.of(values());
    }

    static Mutation random(SplittableRandom random) {
        return new Mutation(
                Kind.ALL.get(random.nextInt(Kind.ALL.size())),
                random.nextInt(1 << 30),
                random.nextInt(1 << 30),
                random.nextInt(1 << 30),
                random.nextInt(1 << 30));
    }

    /** Does it. Nothing is done where there is nothing to do it to. */
    void apply(String layout, SortedMap<String, byte[]> objects) throws IOException {
        List<String> keys = List.copyOf(objects.keySet());
        if (keys.isEmpty()) {
            return;
        }
        String key = keys.get(object % keys.size());
        String otherKey = keys.get(other % keys.size());
        byte[] bytes = objects.get(key).clone();
        switch (kind) {
            case FLIP_BIT -> objects.put(key, changed(bytes, 1 << amount % 8));
            case CHANGE_BYTE -> objects.put(key, changed(bytes, 1 + amount % 255));
            case ZERO_RANGE -> {
                int from = bytes.length == 0 ? 0 : place % bytes.length;
                Arrays.fill(bytes, from, Math.min(bytes.length, from + 1 + amount % 64), (byte) 0);
                objects.put(key, bytes);
            }
            case CUT -> objects.put(key, Arrays.copyOf(bytes, bytes.length == 0 ? 0 : place % bytes.length));
            case APPEND -> objects.put(key, appended(bytes));
            case DROP -> objects.remove(key);
            case DROP_NEWEST -> dropNewest(keys, objects);
            case DROP_END_OF_INDEX -> dropEndOfIndex(key, keys, objects);
            case SWAP -> {
                objects.put(key, objects.get(otherKey));
                objects.put(otherKey, bytes);
            }
            case COPY_OVER -> objects.put(otherKey, bytes);
            case COPY_BEYOND_THE_END -> copyBeyondTheEnd(layout, key, keys, objects);
            case RENAME -> rename(layout, key, objects);
            case RECOMPRESS_CHANGED, RECOMPRESS_SHORTER, RECOMPRESS_SAME -> {
                Optional<byte[]> content = Lz4.tryDecode(bytes);
                if (content.isPresent()) {
                    objects.put(key, Lz4.encode(recompressed(content.get())));
                }
            }
        }
    }

    private byte[] changed(byte[] bytes, int bits) {
        if (bytes.length > 0) {
            bytes[place % bytes.length] ^= (byte) bits;
        }
        return bytes;
    }

    private byte[] appended(byte[] bytes) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1 + amount % 40);
        // Zeros, or another copy of the beginning: a second frame.
        System.arraycopy(
                bytes,
                0,
                longer,
                bytes.length,
                place % 2 == 0 ? 0 : Math.min(bytes.length, longer.length - bytes.length));
        return longer;
    }

    private byte[] recompressed(byte[] content) {
        return switch (kind) {
            case RECOMPRESS_CHANGED -> changed(content, 1 + amount % 255);
            case RECOMPRESS_SHORTER -> Arrays.copyOf(content, content.length == 0 ? 0 : shorter(content));
            default -> content;
        };
    }

    /** At any byte, or where a page or a frame may end. */
    private int shorter(byte[] content) {
        int length = place % content.length;
        if (amount % 2 == 0 || content.length < 32) {
            return length;
        }
        int magic = ByteBuffer.wrap(content).getInt(0);
        int pageSize =
                magic >>> 1 == 0x377f0682 >>> 1 ? ByteBuffer.wrap(content).getInt(8) : 512;
        return magic >>> 1 == 0x377f0682 >>> 1
                ? 32 + (length / (pageSize + 24)) * (pageSize + 24)
                : length / pageSize * pageSize;
    }

    private void dropNewest(List<String> keys, SortedMap<String, byte[]> objects) {
        keys.stream()
                .map(Place::of)
                .flatMap(Optional::stream)
                .filter(found -> !found.isSnapshot())
                .sorted(Comparator.reverseOrder())
                .limit(1 + amount % 5)
                .forEach(found -> objects.keySet().removeIf(key -> Place.of(key).equals(Optional.of(found))));
    }

    private void dropEndOfIndex(String key, List<String> keys, SortedMap<String, byte[]> objects) {
        Place.of(key)
                .flatMap(chosen -> keys.stream()
                        .filter(candidate -> Place.of(candidate)
                                .filter(found -> !found.isSnapshot()
                                        && found.generation().equals(chosen.generation())
                                        && found.index() == chosen.index())
                                .isPresent())
                        .reduce((earlier, later) -> later))
                .ifPresent(objects::remove);
    }

    private void copyBeyondTheEnd(String layout, String key, List<String> keys, SortedMap<String, byte[]> objects) {
        Optional<Place> source = Place.of(key);
        if (source.isEmpty() || source.get().isSnapshot()) {
            return;
        }
        long last = keys.stream()
                .map(Place::of)
                .flatMap(Optional::stream)
                .filter(found -> found.generation().equals(source.get().generation()))
                .mapToLong(Place::index)
                .max()
                .orElse(0);
        // A whole index, so that what is copied can be read.
        for (String candidate : keys) {
            Optional<Place> found = Place.of(candidate);
            if (found.isPresent()
                    && !found.get().isSnapshot()
                    && found.get().generation().equals(source.get().generation())
                    && found.get().index() == source.get().index()) {
                Place target = new Place(
                        found.get().generation(), last + 1, found.get().offset());
                objects.put(target.key(layout), objects.get(candidate));
            }
        }
    }

    private void rename(String layout, String key, SortedMap<String, byte[]> objects) {
        Optional<Place> source = Place.of(key);
        if (source.isEmpty()) {
            return;
        }
        Place from = source.get();
        long step = 1 + amount % 3;
        Place to = switch (place % 4) {
            case 0 -> new Place(from.generation(), from.index() + step, from.offset());
            case 1 -> new Place(from.generation(), Math.max(0, from.index() - step), from.offset());
            case 2 -> new Place(from.generation(), from.index(), from.isSnapshot() ? -1 : from.offset() + step * 1048);
            default ->
                new Place(
                        from.generation(),
                        from.index(),
                        from.isSnapshot() ? -1 : Math.max(0, from.offset() - step * 1048));
        };
        byte[] bytes = objects.remove(key);
        String name = to.key(other % 20 == 0 ? "seed-nested" : layout);
        objects.put(name, bytes);
    }

    @Override
    public String toString() {
        return kind + "(object " + object + ", other " + other + ", place " + place + ", amount " + amount + ")";
    }
}
