// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import java.util.List;

/** All that there is to do, step by step, and what is told of it. */
record CopyWork(CopyPlan plan, List<CopyStep> steps) {}
