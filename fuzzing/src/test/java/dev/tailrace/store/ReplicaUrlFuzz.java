// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import static dev.tailrace.fuzzing.Bounds.require;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.fuzzing.Bounds;
import dev.tailrace.fuzzing.InputBytes;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/** Replica URLs: read or refused by {@link ReplicaUrlException}, and never a password in what is shown. */
public final class ReplicaUrlFuzz {

    private static final int SHORTEST_SECRET = 6;

    private ReplicaUrlFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = InputBytes.text(input);
        Bounds.within((4 << 20) + 2048L * input.length, () -> {
            read(text);
            readFolder(text);
        });
    }

    private static void read(String text) {
        ReplicaUrl url;
        try {
            url = ReplicaUrl.parse(text);
        } catch (ReplicaUrlException e) {
            return;
        }
        String shown = url.toString();
        require(url.scheme().equals(url.scheme().toLowerCase(Locale.ROOT)), "scheme %s", url.scheme());
        require(url.port().orElse(0) <= 65535, "port %s", url.port());
        require(url.hasAuthority() || url.host().isEmpty(), "a host without an authority: %s", url.host());
        if (url.password().isPresent()) {
            String password = url.password().get();
            boolean once = text.indexOf(password) == text.lastIndexOf(password) && text.contains(":" + password + "@");
            require(
                    password.length() < SHORTEST_SECRET || !once || !shown.contains(password),
                    "the password is shown: %s",
                    shown);
            require(
                    ReplicaUrl.parse(shown).password().orElseThrow().equals("***"),
                    "the password is not masked: %s",
                    shown);
        }
        url.options().forEach((name, value) -> {
            boolean secret = name.toLowerCase(Locale.ROOT).contains("secret");
            require(!secret || value.isEmpty() || shown.contains("***"), "a secret option is not masked: %s", shown);
        });
    }

    private static void readFolder(String text) {
        Path folder;
        try {
            folder = Path.of("/" + text);
        } catch (InvalidPathException e) {
            return;
        }
        try {
            String path = ReplicaUrl.ofFolder(folder).path();
            require(path.equals(folder.toString()), "the URL of %s leads to %s", folder, path);
        } catch (ReplicaUrlException e) {
            require(
                    folder.toString().chars().anyMatch(Character::isISOControl),
                    "no URL of the folder %s: %s",
                    folder,
                    e.getMessage());
        }
    }
}
