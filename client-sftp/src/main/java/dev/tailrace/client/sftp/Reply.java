// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One answer, read from its start to its end. All lengths in it are the server's word, and are looked at before use. */
final class Reply {

    static final int VERSION = 2;
    static final int STATUS = 101;
    static final int HANDLE = 102;
    static final int DATA = 103;
    static final int NAME = 104;
    static final int ATTRS = 105;

    private final int type;
    private final ByteBuffer body;

    /** @param packet what follows the length: type, number, content */
    Reply(byte[] packet) {
        this.type = packet[0] & 0xff;
        this.body = ByteBuffer.wrap(packet, 1, packet.length - 1);
    }

    int u32() throws ProtocolFailure {
        require(4);
        return body.getInt();
    }

    long u64() throws ProtocolFailure {
        require(8);
        return body.getLong();
    }

    void skip(int count) throws ProtocolFailure {
        require(count);
        body.position(body.position() + count);
    }

    byte[] bytes() throws ProtocolFailure {
        int length = u32();
        require(length);
        byte[] bytes = new byte[length];
        body.get(bytes);
        return bytes;
    }

    /** Text as it is shown, whatever the bytes. */
    String text() throws ProtocolFailure {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** A name, or empty if its bytes are not UTF-8: there is no key for it. */
    Optional<String> name() throws ProtocolFailure {
        try {
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes()));
            return Optional.of(decoded.toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    boolean hasMore() {
        return body.hasRemaining();
    }

    boolean is(int expected) {
        return type == expected;
    }

    /** Fails if the answer is of another type than expected, with what the server says where that is a status. */
    Reply expect(int expected) throws Refusal, ProtocolFailure {
        if (type == STATUS) {
            int code = u32();
            if (code != 0) {
                throw new Refusal(code, hasMore() ? text() : "");
            }
        }
        if (type != expected) {
            throw new ProtocolFailure("type " + type + " where " + expected + " is due");
        }
        return this;
    }

    private void require(int count) throws ProtocolFailure {
        if (count < 0 || count > body.remaining()) {
            throw new ProtocolFailure("a length of " + Integer.toUnsignedString(count) + " where " + body.remaining()
                    + " bytes are left");
        }
    }
}
