// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.fuzzing;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Inputs made of seeds at random: what a fuzzer does, without knowing what was reached. */
final class SeedMutations {

    private static final int MOST_AT_ONCE = 4;
    private static final int[] NUMBERS = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 512, 65_536, 1 << 22, 1 << 30
    };

    private final List<byte[]> seeds;
    private final int longest;
    private final SplittableRandom random;

    SeedMutations(List<byte[]> seeds, int longest, long seed) {
        this.seeds = seeds;
        this.longest = longest;
        random = new SplittableRandom(seed);
    }

    byte[] next() {
        byte[] input = seeds.get(random.nextInt(seeds.size())).clone();
        for (int left = 1 + random.nextInt(MOST_AT_ONCE); left > 0; left--) {
            input = mutated(input);
        }
        return input.length <= longest ? input : Arrays.copyOf(input, longest);
    }

    private byte[] mutated(byte[] input) {
        if (input.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(input.length);
        int end = at + 1 + random.nextInt(Math.min(64, input.length - at));
        switch (random.nextInt(8)) {
            case 0 -> {
                input[at] ^= (byte) (1 << random.nextInt(8));
                return input;
            }
            case 1 -> {
                input[at] = (byte) random.nextInt();
                return input;
            }
            case 2 -> {
                if (input.length >= at + Integer.BYTES) {
                    int number = NUMBERS[random.nextInt(NUMBERS.length)];
                    ByteBuffer.wrap(input).putInt(at, random.nextBoolean() ? number : Integer.reverseBytes(number));
                }
                return input;
            }
            case 3 -> {
                return joined(input, at, new byte[0], 0, 0, end);
            }
            case 4 -> {
                return Arrays.copyOf(input, at);
            }
            case 5 -> {
                return joined(input, at, input, at, end, at);
            }
            case 6 -> {
                byte[] other = seeds.get(random.nextInt(seeds.size()));
                int from = random.nextInt(other.length + 1);
                return joined(input, at, other, from, other.length, random.nextBoolean() ? at : end);
            }
            default -> {
                return random.nextInt(8) == 0 ? stretched(input, at, end) : joined(input, at, input, at, end, end);
            }
        }
    }

    /** The beginning of an input, a piece of another, and the input's end. */
    private static byte[] joined(byte[] input, int to, byte[] piece, int pieceFrom, int pieceTo, int from) {
        return ByteBuffer.allocate(to + pieceTo - pieceFrom + input.length - from)
                .put(input, 0, to)
                .put(piece, pieceFrom, pieceTo - pieceFrom)
                .put(input, from, input.length - from)
                .array();
    }

    /** One piece again and again: finds what takes the square of a length, or the stack. */
    private byte[] stretched(byte[] input, int at, int end) {
        ByteBuffer stretched = ByteBuffer.allocate(longest);
        stretched.put(input, 0, Math.min(at, longest));
        while (stretched.remaining() > input.length) {
            stretched.put(input, at, end - at);
        }
        int rest = Math.min(stretched.remaining(), input.length - end);
        stretched.put(input, end, rest);
        return Arrays.copyOf(stretched.array(), stretched.position());
    }
}
