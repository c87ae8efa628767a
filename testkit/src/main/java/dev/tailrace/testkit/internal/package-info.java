// SPDX-License-Identifier: Apache-2.0
/** What Tailrace's own tests share and those of others have no use for. Not exported, not API. */
@NullMarked
package dev.tailrace.testkit.internal;

import org.jspecify.annotations.NullMarked;
