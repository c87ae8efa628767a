// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A file's permissions as {@code chmod} writes them. */
final class FileMode {

    /** Owner, group and others; each reads, writes, executes. */
    private static final List<PosixFilePermission> FROM_HIGHEST_BIT = List.of(PosixFilePermission.values());

    private FileMode() {}

    static Set<PosixFilePermission> parse(String octal) {
        if (!octal.matches("0?[0-7]{3}")) {
            throw new IllegalArgumentException(
                    "no file mode: \"" + octal + "\", expected three octal digits such as 0600 or 640");
        }
        int mode = Integer.parseInt(octal, 8);
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        int bit = 0400;
        for (PosixFilePermission permission : FROM_HIGHEST_BIT) {
            if ((mode & bit) != 0) {
                permissions.add(permission);
            }
            bit >>= 1;
        }
        return permissions;
    }
}
