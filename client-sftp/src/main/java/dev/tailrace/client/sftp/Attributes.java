// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

/**
 * What a server tells of a file, as version 3 of the protocol knows it.
 *
 * @param size in bytes, at least 0; 0 where the server does not say
 * @param modified seconds since 1970, without sign; 0 where the server does not say
 * @param mode type and permissions as POSIX has them; 0 where the server does not say
 */
record Attributes(long size, long modified, int mode) {

    private static final int SIZE = 1;
    private static final int OWNER = 2;
    private static final int PERMISSIONS = 4;
    private static final int TIMES = 8;
    private static final int EXTENDED = 0x80000000;

    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int FOLDER = 0040000;
    private static final int LINK = 0120000;

    /** Reads them from where they are in an answer. */
    static Attributes read(Reply reply) throws ProtocolFailure {
        int flags = reply.u32();
        long size = (flags & SIZE) == 0 ? 0 : reply.u64();
        if (size < 0) {
            throw new ProtocolFailure("a file of " + Long.toUnsignedString(size) + " bytes");
        }
        if ((flags & OWNER) != 0) {
            reply.skip(8);
        }
        int mode = (flags & PERMISSIONS) == 0 ? 0 : reply.u32();
        long modified = 0;
        if ((flags & TIMES) != 0) {
            reply.skip(4);
            modified = Integer.toUnsignedLong(reply.u32());
        }
        if ((flags & EXTENDED) != 0) {
            for (int left = reply.u32(); left > 0; left--) {
                reply.bytes();
                reply.bytes();
            }
        }
        return new Attributes(size, modified, mode);
    }

    /** The form in which a request sets permissions alone. */
    static void writePermissions(Request request, int permissions) {
        request.u32(PERMISSIONS).u32(permissions);
    }

    /** The form in which a request sets the times of access and modification alone. */
    static void writeTimes(Request request, long modified) {
        request.u32(TIMES).u32((int) modified).u32((int) modified);
    }

    boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    boolean isFolder() {
        return (mode & TYPE) == FOLDER;
    }

    /** Whether it has to be looked at once more to know what it is: a link, or a server that does not say. */
    boolean isLinkOrUntold() {
        return (mode & TYPE) == LINK || (mode & TYPE) == 0;
    }
}
