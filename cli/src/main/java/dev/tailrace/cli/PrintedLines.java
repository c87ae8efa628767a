// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;

/**
 * What libraries print to Java's standard error, brought to ours line by line: above the status line, and without
 * secrets. Safe for use by many threads.
 */
final class PrintedLines extends OutputStream {

    private final Messages messages;
    private final Charset charset;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /** @param charset of what is printed; one in which a line ends with the byte of a line feed */
    PrintedLines(Messages messages, Charset charset) {
        this.messages = messages;
        this.charset = charset;
    }

    @Override
    public synchronized void write(int value) {
        if ((byte) value == '\n') {
            print();
        } else {
            line.write(value);
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }

    private void print() {
        String text = line.toString(charset);
        line.reset();
        messages.lines(text);
    }

    /** Prints a line that has not ended. */
    @Override
    public synchronized void close() {
        if (line.size() > 0) {
            print();
        }
    }
}
