// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.List;

/** What is said of a restore. */
interface Report {

    /** For people. */
    List<String> lines();

    /** For scripts; the names are promised. */
    void json(JsonWriter json) throws IOException;
}
