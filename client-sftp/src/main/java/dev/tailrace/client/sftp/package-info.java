/** Replicas on an SFTP server. Nothing of it is needed by name: {@link java.util.ServiceLoader} finds the provider. */
@NullMarked
package dev.tailrace.client.sftp;

import org.jspecify.annotations.NullMarked;
