// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.codec.BlockCompression;
import dev.tailrace.codec.BlockCompressions;
import dev.tailrace.error.NoProviderException;
import dev.tailrace.store.ObjectStoreProvider;
import dev.tailrace.store.ObjectStoreProviders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** {@code tailrace backends}. */
final class BackendsCommand implements Command {

    private final Flags flags = new Flags("tailrace backends");
    private final Argument<Boolean> json = flags.toggle("json");

    /**
     * One thing that was found.
     *
     * @param kind backend or codec
     * @param names its schemes, or the library that does the work
     * @param origin where it comes from
     */
    private record Found(String kind, List<String> names, Origin origin) {}

    @Override
    public Flags flags() {
        return flags;
    }

    @Override
    public void run(Session session) {
        ObjectStoreProviders providers = ObjectStoreProviders.installed();
        List<Found> found = new ArrayList<>();
        for (ObjectStoreProvider provider : providers.all()) {
            found.add(new Found(
                    "backend", List.copyOf(new TreeSet<>(provider.schemes())), Origin.of(provider.getClass())));
        }
        found.sort(Comparator.comparing(backend -> backend.names().toString()));
        List<String> broken = new ArrayList<>(providers.failures());
        codec(broken).ifPresent(found::add);
        if (json.value()) {
            session.result(out -> write(out, found, broken));
        } else {
            print(session, found, broken);
        }
    }

    private static Optional<Found> codec(List<String> broken) {
        try {
            BlockCompression codec = BlockCompressions.installed();
            return Optional.of(new Found("codec", List.of(codec.description()), Origin.of(codec.getClass())));
        } catch (NoProviderException e) {
            broken.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static void print(Session session, List<Found> found, List<String> broken) {
        Table table = new Table("kind", "name", "version", "place");
        for (Found each : found) {
            Origin origin = each.origin();
            table.row(
                    each.kind(),
                    String.join(", ", each.names()),
                    origin.version().orElse("-"),
                    origin.place());
        }
        table.lines().forEach(session::result);
        if (found.stream().noneMatch(each -> each.kind().equals("backend"))) {
            session.messages().line("warning: no backend found; unpack one into backends/ of the distribution");
        }
        broken.forEach(problem -> session.messages().line("warning: " + problem));
    }

    private static void write(JsonWriter json, List<Found> found, List<String> broken) throws IOException {
        json.beginArray();
        for (Found each : found) {
            json.beginObject();
            json.name("kind").value(each.kind());
            if (each.kind().equals("backend")) {
                json.name("schemes").beginArray();
                for (String scheme : each.names()) {
                    json.value(scheme);
                }
                json.endArray();
            } else {
                json.name("description").value(each.names().get(0));
            }
            if (each.origin().version().isPresent()) {
                json.name("version").value(each.origin().version().get());
            }
            json.name("place").value(each.origin().place());
            json.endObject();
        }
        for (String problem : broken) {
            json.beginObject();
            json.name("kind").value("broken");
            json.name("problem").value(problem);
            json.endObject();
        }
        json.endArray();
    }

    @Override
    public String help() {
        return """
                Lists the storage backends and codecs that were found, their versions and where they come from.

                Usage:

                  tailrace backends [-json]

                A backend is a folder below backends/ of the distribution: to remove one, delete its folder.
                """;
    }
}
