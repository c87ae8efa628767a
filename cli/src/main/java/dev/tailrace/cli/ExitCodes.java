// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

/** What the help texts say of {@link ExitCode}. */
final class ExitCodes {

    static final String TEXT = """
              0    done, or skipped because an -if-... flag asked for it
              1    anything unexpected
              2    wrong usage, URL or configuration, or no backend for the scheme
              3    nothing to restore there, or not the state asked for
              4    the replica is damaged
              5    the store cannot be reached, or refuses; verify: not certain
              6    the output exists or cannot be written, or the disk is full
              7    the replica's format is known, but not supported
              8    verify: whole, but older than -max-age
              130  interrupted (143 when terminated)
            """;

    private ExitCodes() {}
}
