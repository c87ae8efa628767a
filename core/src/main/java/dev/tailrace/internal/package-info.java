/** What the packages of this module share. Not exported, not API. */
@NullMarked
package dev.tailrace.internal;

import org.jspecify.annotations.NullMarked;
