// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import dev.tailrace.Tailrace;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.NoProviderException;

/** {@code tailrace version}. */
final class VersionCommand implements Command {

    private final Flags flags = new Flags("tailrace version");
    private final Argument<Boolean> json = flags.toggle("json");

    @Override
    public Flags flags() {
        return flags;
    }

    @Override
    public void run(Session session) {
        String version = Tailrace.version().orElse("unknown");
        String java = System.getProperty("java.version");
        String vendor = System.getProperty("java.vendor");
        String lz4 = compression();
        if (json.value()) {
            session.result(out -> {
                out.beginObject();
                out.name("version").value(version);
                out.name("java_version").value(java);
                out.name("java_vendor").value(vendor);
                out.name("lz4").value(lz4);
                out.endObject();
            });
            return;
        }
        session.result("tailrace " + version);
        session.result("java     " + java + " (" + vendor + ")");
        session.result("lz4      " + lz4);
    }

    private static String compression() {
        try {
            return BlockCompressions.installed().description();
        } catch (NoProviderException e) {
            return "none: " + e.getMessage();
        }
    }

    @Override
    public String help() {
        return """
                Prints the versions of tailrace, Java and the LZ4 library in use.

                Usage:

                  tailrace version [-json]
                """;
    }
}
