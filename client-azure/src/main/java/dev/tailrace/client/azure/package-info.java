/** Replicas in a container of Azure. Nothing of it is needed by name, unless a program brings its own {@code BlobContainerClient}. */
@NullMarked
package dev.tailrace.client.azure;

import org.jspecify.annotations.NullMarked;
