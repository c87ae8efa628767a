// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.error.Damage;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** JSON on one line. */
final class Json {

    private Json() {}

    interface Content {
        void writeTo(JsonWriter json) throws IOException;
    }

    /** One thing that is wrong with a replica. */
    static void damage(JsonWriter json, Damage damage) throws IOException {
        json.beginObject();
        json.name("key").value(damage.key());
        if (damage.offset().isPresent()) {
            json.name("offset").value(damage.offset().getAsLong());
        }
        json.name("problem").value(damage.problem());
        if (damage.expected().isPresent()) {
            json.name("expected").value(damage.expected().get());
        }
        if (damage.actual().isPresent()) {
            json.name("actual").value(damage.actual().get());
        }
        json.endObject();
    }

    static String write(Content content) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            content.writeTo(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** Prints what may be too long to be held as text, in UTF-8. */
    static void print(PrintStream stream, Content content) {
        Writer writer = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
        try {
            // Neither is closed: the stream is not ours.
            content.writeTo(new JsonWriter(writer));
            writer.write("\n");
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Prints it in UTF-8, which JSON is in whatever the locale. */
    static void print(PrintStream stream, String json) {
        byte[] line = (json + "\n").getBytes(StandardCharsets.UTF_8);
        stream.write(line, 0, line.length);
        stream.flush();
    }
}
