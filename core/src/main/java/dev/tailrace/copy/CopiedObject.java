// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import dev.tailrace.store.ObjectInfo;
import java.util.Optional;

/**
 * One object that is to be in the destination.
 *
 * @param source as the source lists it
 * @param key in the destination
 * @param form what it must be
 * @param there what the destination lists for it; empty if nothing
 */
record CopiedObject(ObjectInfo source, String key, ObjectForm form, Optional<ObjectInfo> there) {}
