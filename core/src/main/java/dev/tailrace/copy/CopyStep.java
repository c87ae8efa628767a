// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import java.util.List;

/**
 * Objects that are copied before those of the next step.
 *
 * @param inOrder whether each is to be in the destination before the next one; else they come in any order
 */
record CopyStep(boolean inOrder, List<CopiedObject> objects) {

    static CopyStep inOrder(List<CopiedObject> objects) {
        return new CopyStep(true, List.copyOf(objects));
    }

    static CopyStep inAnyOrder(List<CopiedObject> objects) {
        return new CopyStep(false, List.copyOf(objects));
    }
}
