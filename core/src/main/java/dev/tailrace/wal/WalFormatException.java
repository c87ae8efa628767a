// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.wal;

import java.io.IOException;

/** Bytes that are not the WAL they should be. Whoever knows which object they came from says so. */
public final class WalFormatException extends IOException {

    private final long offset;
    private final String problem;
    private final String expected;
    private final String actual;

    WalFormatException(long offset, String problem, String expected, String actual) {
        super(problem + " at offset " + offset + ", expected " + expected + ", found " + actual);
        this.offset = offset;
        this.problem = problem;
        this.expected = expected;
        this.actual = actual;
    }

    /** Where in the uncompressed WAL file. */
    public long offset() {
        return offset;
    }

    /** What is wrong, without place and values. */
    public String problem() {
        return problem;
    }

    public String expected() {
        return expected;
    }

    public String actual() {
        return actual;
    }
}
