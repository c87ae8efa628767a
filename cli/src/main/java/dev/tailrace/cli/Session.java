// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

/**
 * One run of a command.
 *
 * @param surroundings the process it runs in
 * @param messages standard error
 */
record Session(Surroundings surroundings, Messages messages) {

    /** Prints a line of the result. */
    void result(String line) {
        surroundings.out().println(Messages.oneLine(line));
    }

    /** Prints the result as JSON. */
    void result(Json.Content content) {
        Json.print(surroundings.out(), content);
    }
}
