// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import java.io.IOException;

/** The server has understood a request, and says no. */
final class Refusal extends IOException {

    private static final long serialVersionUID = 1L;

    static final int END_OF_FILE = 1;
    private static final int NO_SUCH_FILE = 2;
    private static final int PERMISSION_DENIED = 3;
    private static final int BAD_MESSAGE = 5;
    private static final int UNSUPPORTED = 8;

    private final int code;

    Refusal(int code, String text) {
        super(told(code, text));
        this.code = code;
    }

    private static String told(int code, String text) {
        String brief = OneLine.of(text);
        String word = switch (code) {
            case END_OF_FILE -> "end of file";
            case NO_SUCH_FILE -> "no such file";
            case PERMISSION_DENIED -> "permission denied";
            case BAD_MESSAGE -> "not a name or request that the server takes";
            case UNSUPPORTED -> "not supported by the server";
            default -> "the server says \"" + (brief.isEmpty() ? "failure" : brief) + "\"";
        };
        return word + " (SFTP status " + code + ")";
    }

    boolean isEnd() {
        return code == END_OF_FILE;
    }

    boolean isMissing() {
        return code == NO_SUCH_FILE;
    }

    boolean isDenied() {
        return code == PERMISSION_DENIED;
    }

    boolean isUnsupported() {
        return code == UNSUPPORTED;
    }
}
