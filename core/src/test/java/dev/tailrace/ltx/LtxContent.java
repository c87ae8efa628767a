// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import dev.tailrace.codec.BlockCompression;
import dev.tailrace.fixture.TestCompression;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that a file proves to hold.
 *
 * @param pages by their number, ascending
 */
record LtxContent(LtxHeader header, Map<Long, byte[]> pages, LtxTrailer trailer) {

    static final BlockCompression COMPRESSION = new TestCompression();

    static LtxContent read(String key, byte[] file) throws IOException {
        return read(key, new ByteArrayInputStream(file));
    }

    static LtxContent read(String key, InputStream in) throws IOException {
        LtxReader reader = new LtxReader(key, in, COMPRESSION);
        Map<Long, byte[]> pages = new TreeMap<>();
        LtxPage page = new LtxPage();
        while (reader.nextPage(page)) {
            byte[] decoded = new byte[reader.header().pageSize()];
            reader.decode(page, decoded, 0);
            reader.accept(page, decoded, 0);
            pages.put(page.number(), decoded);
        }
        return new LtxContent(reader.header(), pages, reader.finish());
    }
}
