// SPDX-License-Identifier: Apache-2.0
/** The {@code tailrace} command: reads arguments, calls the library, renders what comes back. Knows no backend. */
@NullMarked
package dev.tailrace.cli;

import org.jspecify.annotations.NullMarked;
