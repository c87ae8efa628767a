// SPDX-License-Identifier: Apache-2.0
/**
 * What takes how long, always as a ratio to something measured in the same run: micro-benchmarks by JMH, and whole restores
 * in processes of their own. Nothing here runs in the build.
 */
@NullMarked
package dev.tailrace.benchmarks;

import org.jspecify.annotations.NullMarked;
