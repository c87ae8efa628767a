// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import java.util.List;
import java.util.Locale;

/**
 * Command lines of the Tailrace that tests start: everybody on the machine may read them. Exempt, as they are not Tailrace, are
 * the emulator for SFTP, whose image takes its users with their passwords by its command only, and {@code keytool}, with the
 * password of a store that the test throws away.
 */
public final class ProcessTitles {

    /** What is in every secret that tests choose themselves; {@code tools/PlantedSecrets.java} looks for it, too. */
    public static final String MARK = "pl4nted";

    private ProcessTitles() {}

    /**
     * The command, once it is seen to hold no secret.
     *
     * @throws IllegalArgumentException if it does
     */
    public static List<String> withoutSecrets(List<String> command) {
        for (int i = 0; i < command.size(); i++) {
            String word = command.get(i);
            if (word.toLowerCase(Locale.ROOT).contains(MARK)
                    || word.contains(AzureServer.KEY)
                    || word.contains("sig=")) {
                throw new IllegalArgumentException("word " + i + " of a command of " + command.get(0) + " is a secret");
            }
        }
        return command;
    }
}
