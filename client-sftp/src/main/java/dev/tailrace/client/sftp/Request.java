// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** One request as it is sent, without its number, which the channel gives it. */
final class Request {

    static final int INIT = 1;
    static final int OPEN = 3;
    static final int CLOSE = 4;
    static final int READ = 5;
    static final int WRITE = 6;
    static final int LSTAT = 7;
    static final int FSTAT = 8;
    static final int FSETSTAT = 10;
    static final int OPENDIR = 11;
    static final int READDIR = 12;
    static final int REMOVE = 13;
    static final int MKDIR = 14;
    static final int RMDIR = 15;
    static final int REALPATH = 16;
    static final int STAT = 17;
    static final int RENAME = 18;
    static final int EXTENDED = 200;

    private static final int ROOM = 64;
    private static final int FRAME = 9;

    private final int type;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(ROOM);

    Request(int type) {
        this.type = type;
    }

    Request u32(int value) {
        body.write(value >>> 24);
        body.write(value >>> 16);
        body.write(value >>> 8);
        body.write(value);
        return this;
    }

    Request u64(long value) {
        return u32((int) (value >>> 32)).u32((int) value);
    }

    Request text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return bytes(bytes, 0, bytes.length);
    }

    Request bytes(byte[] bytes, int from, int length) {
        u32(length);
        body.write(bytes, from, length);
        return this;
    }

    /** With length, type and number before it. */
    byte[] framed(int number) {
        byte[] content = body.toByteArray();
        Request frame = new Request(0);
        frame.u32(content.length + FRAME - 4);
        frame.body.write(type);
        frame.u32(number);
        frame.body.write(content, 0, content.length);
        return frame.body.toByteArray();
    }
}
