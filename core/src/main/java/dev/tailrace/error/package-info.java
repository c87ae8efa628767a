/**
 * What can go wrong, typed by what the caller does next. Every other package may use this one.
 */
@NullMarked
package dev.tailrace.error;

import org.jspecify.annotations.NullMarked;
