// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

/**
 * A configuration that is not there, cannot be read, or does not say what is asked of it. The message names the file and,
 * where there is one, the line; it quotes no value that may be a secret.
 */
public final class ConfigurationException extends IllegalArgumentException {

    // No cause: what the YAML library says quotes the file, secrets and all.
    ConfigurationException(String message) {
        super(message);
    }
}
