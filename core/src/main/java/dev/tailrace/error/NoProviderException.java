// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.error;

/**
 * No installed jar, or more than one, serves what is needed: a URL scheme or a compression. The message names the jar to
 * add and what is there.
 */
public final class NoProviderException extends IllegalStateException {

    public NoProviderException(String message) {
        super(message);
    }
}
