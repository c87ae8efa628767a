// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import java.util.List;
import java.util.Optional;

/**
 * All that there is to do, step by step, and what is told of it.
 *
 * @param tail where the source's newest data ends; empty if that cannot be told
 */
record CopyWork(CopyPlan plan, List<CopyStep> steps, Optional<ReplicaTail> tail) {}
