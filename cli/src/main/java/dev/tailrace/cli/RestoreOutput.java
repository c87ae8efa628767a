// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.error.RestoreTargetException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where a restore goes: to a file, or to standard output, which gets the database when all of it is there and has been
 * checked as any other.
 */
final class RestoreOutput implements Closeable {

    private static final int PIECE = 1 << 20;

    private final Path folder;
    private final Path database;
    private final Optional<PrintStream> stream;
    private final Consumer<String> report;

    private RestoreOutput(Path folder, Path database, Optional<PrintStream> stream, Consumer<String> report) {
        this.folder = folder;
        this.database = database;
        this.stream = stream;
        this.report = report;
    }

    static RestoreOutput file(Path database, Session session) {
        return new RestoreOutput(database, database, Optional.empty(), session::result);
    }

    /** @param tempDir where the database is made first; empty for the system's folder for temporary files */
    static RestoreOutput standardOutput(Optional<Path> tempDir, Session session) throws RestoreTargetException {
        try {
            String prefix = "tailrace-restore-";
            Path folder = tempDir.isPresent()
                    ? Files.createTempDirectory(tempDir.get(), prefix)
                    : Files.createTempDirectory(prefix);
            return new RestoreOutput(
                    folder,
                    folder.resolve("restored.db"),
                    Optional.of(session.surroundings().out()),
                    session.messages()::line);
        } catch (IOException e) {
            throw new RestoreTargetException(
                    "cannot make a temp folder in "
                            + tempDir.map(Path::toString).orElse("the system's folder for temporary files") + ": "
                            + Messages.oneLine(e.toString()) + "; choose another with -temp-dir",
                    e);
        }
    }

    /** The file to restore to. */
    Path database() {
        return database;
    }

    /** Takes a line about the result: standard output may be taken already, and the temp file be of no interest. */
    void report(String line) {
        report.accept(stream.isPresent() ? line.replace(database.toString(), "the database") : line);
    }

    /**
     * Hands the restored database over.
     *
     * @throws RestoreTargetException if it cannot be read back, or not be written to standard output
     */
    void deliver() throws IOException {
        if (stream.isEmpty()) {
            return;
        }
        PrintStream out = stream.get();
        byte[] piece = new byte[PIECE];
        try (InputStream bytes = Files.newInputStream(database)) {
            removeWhileOpen();
            for (int read = bytes.read(piece); read >= 0; read = bytes.read(piece)) {
                out.write(piece, 0, read);
                if (out.checkError()) {
                    String reason = StandardOutput.failure(out)
                            .map(Throwable::getMessage)
                            .orElse("it takes no more");
                    throw new RestoreTargetException(
                            "cannot write the database to standard output: " + reason
                                    + "; whoever reads it must read all of it",
                            StandardOutput.failure(out).orElse(null));
                }
            }
        } catch (RestoreTargetException | ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new RestoreTargetException("cannot read the restored database back: " + e, e);
        }
    }

    /** Whoever reads may take long, and this process be killed meanwhile: then nothing is to be left behind. */
    private void removeWhileOpen() {
        try {
            close();
        } catch (IOException e) {
            // Not every system removes a file that is open; closing does it then.
            System.getLogger(RestoreOutput.class.getName()).log(Level.DEBUG, "the temp file stays until the end", e);
        }
    }

    /** Removes what was made on the way to standard output. */
    @Override
    public void close() throws IOException {
        if (stream.isEmpty()) {
            return;
        }
        try {
            Files.deleteIfExists(database);
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new RestoreTargetException("cannot remove the temp file " + database + ": " + e, e);
        }
    }
}
