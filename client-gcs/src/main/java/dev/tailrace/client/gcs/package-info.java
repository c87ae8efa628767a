/** Replicas in a bucket of Google Cloud Storage. Nothing of it is needed by name, unless a program brings its own client. */
@NullMarked
package dev.tailrace.client.gcs;

import org.jspecify.annotations.NullMarked;
