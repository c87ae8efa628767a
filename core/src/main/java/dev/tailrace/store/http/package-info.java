// SPDX-License-Identifier: Apache-2.0
/**
 * What backends share whose vendor's client speaks HTTP and blocks: calls that end when a store is closed or a thread is
 * interrupted though the client would go on, listings page by page, bodies of answers as
 * {@link dev.tailrace.store.ObjectStream}s, and the headers that concern ranges and versions. Nothing here knows a client, or
 * opens a connection. A backend of another kind needs none of it.
 */
@NullMarked
package dev.tailrace.store.http;

import org.jspecify.annotations.NullMarked;
