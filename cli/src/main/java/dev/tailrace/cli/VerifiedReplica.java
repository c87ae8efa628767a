// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.restore.Verification;
import java.io.IOException;
import java.util.List;

/** What is said of a replica that was verified, by the format of it. */
interface VerifiedReplica {

    /** What it comes to. */
    Verification.Outcome outcome();

    /**
     * For people: the verdict, then each damage, then which state is the newest, and how much was looked at.
     *
     * @param brief without what is not wrong
     */
    List<String> lines(boolean brief);

    /** For scripts: members of an object that is open. */
    void json(JsonWriter json) throws IOException;
}
