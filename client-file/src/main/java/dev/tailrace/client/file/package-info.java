/** Replicas in a folder. Nothing of it is needed by name: {@link java.util.ServiceLoader} finds the provider. */
@NullMarked
package dev.tailrace.client.file;

import org.jspecify.annotations.NullMarked;
