// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import dev.tailrace.error.Damage;
import dev.tailrace.wal.WalHeader;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What must hold of the stored bytes of a header. One place for reading and writing. */
final class HeaderRules {

    private static final int FLAGS = 4;
    private static final int PAGE_SIZE = 8;
    private static final int MIN_TXID = 16;
    private static final int MAX_TXID = 24;
    private static final int PRE_APPLY = 40;
    private static final int WAL_OFFSET = 48;
    private static final int WAL_SIZE = 56;
    private static final int SALTS = 64;

    private final String key;
    private final ByteBuffer header;

    private HeaderRules(String key, byte[] header) {
        this.key = key;
        this.header = ByteBuffer.wrap(header);
    }

    static Optional<Damage> firstBroken(String key, byte[] header) {
        HeaderRules rules = new HeaderRules(key, header);
        return rules.form().or(rules::transactions).or(rules::wal).or(rules::preApplyChecksum);
    }

    private Optional<Damage> form() {
        int magic = header.getInt(0);
        if (magic != LtxHeader.MAGIC) {
            return broken(0, "no LTX file, its magic number is wrong", hex(LtxHeader.MAGIC), hex(magic));
        }
        int flags = header.getInt(FLAGS);
        if ((flags & ~LtxHeader.NO_CHECKSUMS) != 0) {
            return broken(
                    FLAGS, "LTX header with unknown flags", hex(0) + " or " + hex(LtxHeader.NO_CHECKSUMS), hex(flags));
        }
        int pageSize = header.getInt(PAGE_SIZE);
        if (!WalHeader.isPageSize(pageSize)) {
            return broken(
                    PAGE_SIZE,
                    "LTX header without a page size",
                    "a power of two from 512 to 65536",
                    Integer.toUnsignedString(pageSize));
        }
        return Optional.empty();
    }

    private Optional<Damage> transactions() {
        long min = header.getLong(MIN_TXID);
        long max = header.getLong(MAX_TXID);
        // No database lives to see its 2^63rd transaction; so all code can compare them as they are.
        if (min < 1) {
            return broken(MIN_TXID, "LTX header without a first transaction", "1 to 2^63 - 1", LtxChecksum.hex(min));
        }
        if (max < min) {
            return broken(
                    MAX_TXID,
                    "LTX header whose last transaction is before its first",
                    LtxChecksum.hex(min) + " or more",
                    LtxChecksum.hex(max));
        }
        return Optional.empty();
    }

    private Optional<Damage> wal() {
        long offset = header.getLong(WAL_OFFSET);
        long size = header.getLong(WAL_SIZE);
        if (offset < 0) {
            return broken(WAL_OFFSET, "LTX header with a negative WAL offset", "0 or more", offset);
        }
        if (size < 0) {
            return broken(WAL_SIZE, "LTX header with a negative WAL size", "0 or more", size);
        }
        if (offset == 0 && size != 0) {
            return broken(WAL_SIZE, "LTX header with a WAL size and no WAL offset", 0, size);
        }
        if (offset == 0 && header.getLong(SALTS) != 0) {
            return broken(
                    SALTS,
                    "LTX header with WAL salts and no WAL offset",
                    LtxChecksum.hex(0),
                    LtxChecksum.hex(header.getLong(SALTS)));
        }
        return Optional.empty();
    }

    private Optional<Damage> preApplyChecksum() {
        long checksum = header.getLong(PRE_APPLY);
        boolean snapshot = header.getLong(MIN_TXID) == 1;
        boolean tracked = (header.getInt(FLAGS) & LtxHeader.NO_CHECKSUMS) == 0;
        if (checksum != 0 && (snapshot || !tracked)) {
            return broken(
                    PRE_APPLY,
                    "LTX header with a pre-apply checksum, which "
                            + (snapshot ? "a snapshot does not have" : "its flags rule out"),
                    LtxChecksum.hex(0),
                    LtxChecksum.hex(checksum));
        }
        if (checksum >= 0 && tracked && !snapshot) {
            return broken(
                    PRE_APPLY,
                    "LTX header without a pre-apply checksum",
                    "one with its highest bit set",
                    LtxChecksum.hex(checksum));
        }
        return Optional.empty();
    }

    private Optional<Damage> broken(int offset, String problem, Object expected, Object actual) {
        return Optional.of(Damage.at(key, offset, problem).expecting(expected, actual));
    }

    private static String hex(int value) {
        return String.format("%08x", value);
    }
}
