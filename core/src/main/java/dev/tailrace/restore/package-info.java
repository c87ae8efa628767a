/**
 * Which bytes make the database, and how: plan, fetch, decode, verify, apply, publish.
 */
@NullMarked
package dev.tailrace.restore;

import org.jspecify.annotations.NullMarked;
