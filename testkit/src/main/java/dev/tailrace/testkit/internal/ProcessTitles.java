// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit.internal;

import java.util.List;
import java.util.Locale;

/**
 * Command lines of the Tailrace that tests start: everybody on the machine may read them. Every test that starts one does it by
 * {@link #builder}. Exempt, as they are not Tailrace, are the emulator for SFTP, whose image takes its users with their passwords
 * by its command only, and {@code keytool}, with the password of a store that the test throws away.
 */
public final class ProcessTitles {

    /** What is in every secret that tests choose themselves; {@code tools/PlantedSecrets.java} looks for it, too. */
    public static final String MARK = "pl4nted";

    /** Of the key of Microsoft's emulator, the same for everybody. */
    private static final String AZURITE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq";

    private ProcessTitles() {}

    /**
     * A process yet to be started, once its command is seen to hold no secret.
     *
     * @throws IllegalArgumentException if it does
     */
    public static ProcessBuilder builder(List<String> command) {
        for (int i = 0; i < command.size(); i++) {
            String word = command.get(i);
            if (word.toLowerCase(Locale.ROOT).contains(MARK) || word.contains(AZURITE_KEY) || word.contains("sig=")) {
                throw new IllegalArgumentException("word " + i + " of a command of " + command.get(0) + " is a secret");
            }
        }
        return new ProcessBuilder(command);
    }

    /**
     * As {@link #builder(List)}.
     *
     * @throws IllegalArgumentException if the command holds a secret
     */
    public static ProcessBuilder builder(String... command) {
        return builder(List.of(command));
    }
}
