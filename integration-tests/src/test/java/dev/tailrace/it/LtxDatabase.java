// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.ltx.LtxHeader;
import dev.tailrace.ltx.LtxPage;
import dev.tailrace.ltx.LtxReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;

/** A database in memory, put together from LTX files, from the newest to the oldest, each page once. */
final class LtxDatabase {

    private static final BlockCompression COMPRESSION = BlockCompressions.installed();

    private final SortedMap<Long, byte[]> pages = new TreeMap<>();
    private int pageSize;
    private long commit;
    private long limit;

    /** Applies a file that is older than all before. */
    LtxHeader apply(String key, InputStream in) throws IOException {
        LtxReader reader = new LtxReader(key, in, COMPRESSION);
        LtxHeader header = reader.header();
        if (pageSize == 0) {
            pageSize = header.pageSize();
            commit = header.commit();
            limit = commit;
        }
        limit = Math.min(limit, header.commit());
        LtxPage page = new LtxPage();
        while (reader.nextPage(page)) {
            byte[] decoded = new byte[pageSize];
            reader.decode(page, decoded, 0);
            reader.accept(page, decoded, 0);
            if (page.number() <= limit) {
                pages.putIfAbsent(page.number(), decoded);
            }
        }
        reader.finish();
        return header;
    }

    /** The database file. */
    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(commit * pageSize));
        pages.forEach((number, page) -> bytes.put(Math.toIntExact((number - 1) * pageSize), page));
        return bytes.array();
    }
}
