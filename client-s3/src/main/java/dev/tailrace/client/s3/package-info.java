/** Replicas in a bucket. Nothing of it is needed by name, unless a program brings its own {@code S3Client}. */
@NullMarked
package dev.tailrace.client.s3;

import org.jspecify.annotations.NullMarked;
