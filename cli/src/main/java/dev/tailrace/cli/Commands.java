// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.util.List;
import java.util.Optional;

/** The words after {@code tailrace}. */
final class Commands {

    static final List<String> NAMES = List.of(
            "restore",
            "generations",
            "snapshots",
            "wal",
            "ltx",
            "log",
            "verify",
            "copy",
            "prune",
            "databases",
            "info",
            "backends",
            "version",
            "help");

    private final ReplicaRestore restore;

    Commands(ReplicaRestore restore) {
        this.restore = restore;
    }

    /** Makes a command; empty if there is none of that name. */
    Optional<Command> named(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "restore" -> new RestoreCommand(restore);
                    case "generations" -> new GenerationsCommand();
                    case "snapshots" -> new SnapshotsCommand();
                    case "wal" -> new WalCommand();
                    case "ltx" -> new LtxCommand();
                    case "log" -> new LogCommand();
                    case "verify" -> new VerifyCommand();
                    case "copy" -> new CopyCommand();
                    case "prune" -> new PruneCommand();
                    case "databases" -> new DatabasesCommand();
                    case "info" -> new InfoCommand();
                    case "backends" -> new BackendsCommand();
                    case "version" -> new VersionCommand();
                    case "help" -> new HelpCommand(this::named);
                    default -> null;
                });
    }
}
