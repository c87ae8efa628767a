// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

/**
 * What a copy came to.
 *
 * @param objects how many were stored in the destination
 * @param bytes of them together
 * @param found how many were there already and hold the same bytes
 * @param foundBytes of them together
 * @param replaced how many of {@code objects} took the place of another object
 * @param plans how often it was planned: more than once if the source changed meanwhile
 */
public record CopyResult(long objects, long bytes, long found, long foundBytes, long replaced, int plans) {}
