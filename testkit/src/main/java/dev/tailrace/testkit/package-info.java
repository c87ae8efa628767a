/** The contract of an object store as a test, stores to test with, and replicas written by Litestream. */
@NullMarked
package dev.tailrace.testkit;

import org.jspecify.annotations.NullMarked;
