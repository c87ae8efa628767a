// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import java.io.InputStream;

/** Bytes of one version of one object. Not for use by several threads; closing early aborts and never drains. */
public abstract class ObjectStream extends InputStream {

    /** For stores. */
    protected ObjectStream() {}

    /** The object that the bytes belong to: its whole size, not that of the range. */
    public abstract ObjectInfo info();
}
