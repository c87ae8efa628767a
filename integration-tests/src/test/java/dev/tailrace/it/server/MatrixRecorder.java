// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Keeps how each {@link MatrixOperation} ended, on the layout that is the test's display name: a line with backend, layout,
 * operation and result, in a file of its backend. {@code tools/BackendMatrix.java} makes the documentation of them.
 */
final class MatrixRecorder implements TestWatcher {

    private static final Path FOLDER = Path.of("target", "matrix");

    @Override
    public void testSuccessful(ExtensionContext context) {
        keep(context, "passed");
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        keep(context, "failed");
    }

    private static void keep(ExtensionContext context, String result) {
        MatrixOperation operation = context.getRequiredTestMethod().getAnnotation(MatrixOperation.class);
        if (operation == null) {
            return;
        }
        String backend = context.getRequiredTestInstances()
                .findInstance(BackendIT.class)
                .orElseThrow()
                .backend();
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(
                    FOLDER.resolve(backend + ".tsv"),
                    String.join("\t", backend, context.getDisplayName(), operation.value(), result) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
