// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.error.TailraceException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A failure as it is told to people and scripts.
 *
 * @param exitCode what it means
 * @param cause what was thrown
 */
record Failure(ExitCode exitCode, Throwable cause) {

    /** Says nothing to somebody who restores a database. */
    private static final Pattern CLASS_NAME =
            Pattern.compile("\\b(?:[a-z_][a-z0-9_]*\\.)+(?:[A-Z]\\w*[.$])*[A-Z]\\w*(?:Exception|Error)\\b(?:: ?)?");

    static Failure of(Throwable cause) {
        return new Failure(ExitCode.of(cause), cause);
    }

    /** One line: what failed, where, what to do. */
    String message() {
        if (cause instanceof InvalidPathException path) {
            return "cannot use the path \"" + path.getInput() + "\" in this locale; set LANG=C.UTF-8 and run again";
        }
        if (cause instanceof OutOfMemoryError) {
            return "out of memory; allow more with TAILRACE_JAVA_OPTS=-Xmx512m, or ask for less with -parallelism 1";
        }
        if (cause instanceof StackOverflowError || cause instanceof LinkageError) {
            return "the installation does not fit together (" + plain(cause)
                    + "); unpack the distribution again, and look at: tailrace backends";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied: " + plain(cause);
        }
        if (cause instanceof NoSuchFileException) {
            return "no such file: " + plain(cause);
        }
        String message = plain(cause) + advice();
        if (exitCode != ExitCode.UNEXPECTED) {
            return message.isEmpty() ? exitCode.label() : message;
        }
        return "unexpected failure: " + (message.isEmpty() ? "no further word" : message)
                + "; run again with -v for details";
    }

    /** The flag that helps, where there is one: the library knows of none. */
    private String advice() {
        if (cause instanceof DamagedReplicaException damaged && damaged.isSalvageable()) {
            return "; to restore that, add -best-effort";
        }
        boolean exists = cause instanceof RestoreTargetException && plain(cause).contains("already exists");
        return exists ? ", or replace it with -force" : "";
    }

    private static String plain(Throwable failure) {
        String message = Objects.requireNonNullElse(failure.getMessage(), "");
        return Messages.oneLine(CLASS_NAME.matcher(message).replaceAll(""));
    }

    String stackTrace() {
        StringWriter text = new StringWriter();
        cause.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    String json(Secrets secrets) {
        return Json.write(json -> {
            json.beginObject().name("error").beginObject();
            json.name("code").value(exitCode.number());
            json.name("name").value(exitCode.label());
            json.name("message").value(secrets.masked(message()));
            Optional<String> location =
                    cause instanceof TailraceException failure ? failure.location() : Optional.empty();
            if (location.isPresent()) {
                json.name("location").value(secrets.masked(location.get()));
            }
            if (cause instanceof DamagedReplicaException damaged) {
                json.name("damage");
                Json.damage(json, damaged.damage());
            }
            json.endObject().endObject();
        });
    }
}
