// SPDX-License-Identifier: Apache-2.0
/**
 * Tests of the backends against servers in containers: each by the same contracts, then by what is its own.
 *
 * <p>The build begins with the names that come last, and so with this package.
 */
package dev.tailrace.it.server;
