// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.ltx;

import dev.tailrace.error.Damage;
import java.util.Optional;

/** Which page may follow on which. One place for reading and writing. */
final class PageSequence {

    private final String key;
    private final LtxHeader header;
    private final long lockPage;
    private long last;

    PageSequence(String key, LtxHeader header) {
        this.key = key;
        this.header = header;
        lockPage = header.lockPage();
    }

    /** Takes in the next page, unless something forbids it. */
    Optional<Damage> next(long number, long offset) {
        if (number == 0) {
            return broken(offset, "page without a number", "1 or more", 0);
        }
        if (number > header.commit()) {
            return broken(offset, "page beyond the database's end", "at most " + header.commit(), number);
        }
        if (number == lockPage) {
            return broken(offset, "page that SQLite never uses", "any but " + lockPage, number);
        }
        if (header.isSnapshot() && number != after(last)) {
            return broken(offset, "pages of a snapshot do not follow on each other", after(last), number);
        }
        if (number <= last) {
            return broken(offset, "pages are not in ascending order", "more than " + last, number);
        }
        last = number;
        return Optional.empty();
    }

    /** Whether all are there. */
    Optional<Damage> end(long offset) {
        long next = after(last);
        if (header.isSnapshot() && next <= header.commit()) {
            return broken(offset, "snapshot lacks its last pages", "page " + next, "the end of the pages");
        }
        return Optional.empty();
    }

    private long after(long number) {
        return number + 1 == lockPage ? number + 2 : number + 1;
    }

    private Optional<Damage> broken(long offset, String problem, Object expected, Object actual) {
        return Optional.of(Damage.at(key, offset, problem).expecting(expected, actual));
    }
}
