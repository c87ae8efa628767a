// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Standard output, which can say what it is and why it failed. */
final class StandardOutput extends PrintStream {

    private final Target target;
    private final boolean terminal;

    private StandardOutput(Target target, Charset charset, boolean terminal) {
        super(new BufferedOutputStream(target), false, charset);
        this.target = target;
        this.terminal = terminal;
    }

    /** @param terminal whether a person would see it */
    static StandardOutput to(OutputStream stream, Charset charset, boolean terminal) {
        return new StandardOutput(new Target(stream), charset, terminal);
    }

    /** Whether what is printed goes to a terminal, as far as that is known. */
    static boolean isTerminal(PrintStream stream) {
        return stream instanceof StandardOutput output && output.terminal;
    }

    /** Whether nobody reads it any more, as behind {@code head}. */
    static boolean isLeft(PrintStream stream) {
        return failure(stream)
                .filter(failure -> String.valueOf(failure.getMessage())
                        .toLowerCase(Locale.ROOT)
                        .contains("pipe"))
                .isPresent();
    }

    /** Why writing failed first; empty if it did not, or that is not known. */
    static Optional<IOException> failure(PrintStream stream) {
        return stream instanceof StandardOutput output ? Optional.ofNullable(output.target.failure) : Optional.empty();
    }

    /** Keeps the failure that a {@link PrintStream} does not tell. */
    private static final class Target extends FilterOutputStream {

        private volatile @Nullable IOException failure;

        Target(OutputStream stream) {
            super(stream);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                failure = failure == null ? e : failure;
                throw e;
            }
        }
    }
}
