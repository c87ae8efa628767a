// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.cli.configuration.ConfigurationException;
import dev.tailrace.error.CopyConflictException;
import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.EmptyReplicaException;
import dev.tailrace.error.NoProviderException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.error.UnsupportedReplicaException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.InvalidPathException;
import java.util.Locale;
import picocli.CommandLine.ParameterException;

/** How a command ends. The numbers and the names are promised to scripts. */
enum ExitCode {
    DONE(0),
    UNEXPECTED(1),
    USAGE(2),
    NOT_AVAILABLE(3),
    DAMAGED(4),
    STORE(5),
    OUTPUT(6),
    UNSUPPORTED(7),
    /** Whole, but older than was asked for. */
    STALE(8),
    INTERRUPTED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** The name in JSON. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a failure means to the caller: the only place that says so. */
    static ExitCode of(Throwable failure) {
        if (isOneOf(
                failure,
                ParameterException.class,
                ReplicaUrlException.class,
                ConfigurationException.class,
                NoProviderException.class,
                InvalidPathException.class)) {
            return USAGE;
        }
        if (isOneOf(failure, EmptyReplicaException.class, TargetNotAvailableException.class)) {
            return NOT_AVAILABLE;
        }
        if (isOneOf(failure, DamagedReplicaException.class, ObjectMissingException.class)) {
            return DAMAGED;
        }
        // An object that changes while it is read says nothing against the next try.
        if (isOneOf(
                failure, StoreAccessException.class, StoreUnavailableException.class, ObjectChangedException.class)) {
            return STORE;
        }
        if (isOneOf(failure, RestoreTargetException.class, CopyConflictException.class)) {
            return OUTPUT;
        }
        if (failure instanceof UnsupportedReplicaException) {
            return UNSUPPORTED;
        }
        if (isOneOf(
                failure,
                RestoreCancelledException.class,
                InterruptedException.class,
                ClosedByInterruptException.class)) {
            return INTERRUPTED;
        }
        return UNEXPECTED;
    }

    private static boolean isOneOf(Throwable failure, Class<?>... types) {
        for (Class<?> type : types) {
            if (type.isInstance(failure)) {
                return true;
            }
        }
        return false;
    }
}
