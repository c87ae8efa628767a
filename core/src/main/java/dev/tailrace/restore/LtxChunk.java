// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static java.util.Objects.requireNonNull;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.ltx.LtxDigest;
import dev.tailrace.ltx.LtxPage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Some pages of one file that follow on each other, from reading to writing. Used again for the next ones; for one thread. */
final class LtxChunk {

    /** So that large files keep several workers busy, and the buffers small. */
    private static final int DECODED = 512 << 10;

    private final List<LtxPage> pages = new ArrayList<>();
    private final BitSet wanted = new BitSet();
    private byte[] decoded = new byte[0];
    private int count;
    private long turn;
    private @Nullable LtxFile file;
    private @Nullable LtxDigest digest;

    /**
     * Reads the next pages of a file.
     *
     * @param assembly is asked which of them are to be written
     * @return false if the file has no more pages after them
     */
    boolean read(LtxFile from, long itsTurn, LtxAssembly assembly) throws IOException {
        file = from;
        turn = itsTurn;
        count = 0;
        digest = null;
        wanted.clear();
        int most = DECODED / from.pageSize();
        while (count < most) {
            LtxPage page = page(count);
            if (!from.reader().nextPage(page)) {
                return false;
            }
            wanted.set(count, assembly.take(page.number()));
            count++;
        }
        return true;
    }

    private LtxPage page(int number) {
        if (number == pages.size()) {
            pages.add(new LtxPage());
        }
        return pages.get(number);
    }

    /** Decodes all pages, also those that are not wanted: the file's checksum is over all. */
    void decode() throws DamagedReplicaException {
        int pageSize = file().pageSize();
        if (decoded.length < count * pageSize) {
            decoded = new byte[count * pageSize];
        }
        LtxDigest run = file().reader().newDigest();
        for (int i = 0; i < count; i++) {
            file().reader().decode(pages.get(i), decoded, i * pageSize);
        }
        run.addAll(pages.subList(0, count), decoded);
        digest = run;
    }

    /** Hands the decoded pages to the file's checksum; when those before them have been. */
    void accept() {
        file().reader().accept(requireNonNull(digest, "nothing is decoded"));
    }

    void write(PageWriter writer) throws TailraceException {
        int pageSize = file().pageSize();
        for (int i = wanted.nextSetBit(0); i >= 0; i = wanted.nextSetBit(i + 1)) {
            writer.write(decoded, i * pageSize, pageSize, (pages.get(i).number() - 1) * pageSize);
        }
    }

    /** Its place in the order of all chunks. */
    long turn() {
        return turn;
    }

    int count() {
        return count;
    }

    LtxFile file() {
        return requireNonNull(file, "nothing is read");
    }
}
