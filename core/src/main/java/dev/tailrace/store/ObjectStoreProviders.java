// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import dev.tailrace.error.NoProviderException;
import dev.tailrace.internal.Services;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** The backends that are installed: every {@link ObjectStoreProvider} that {@link java.util.ServiceLoader} finds. */
public final class ObjectStoreProviders {

    private static final Map<String, String> KNOWN_ARTIFACTS = Map.of(
            "file", "tailrace-client-file",
            "s3", "tailrace-client-s3",
            "gs", "tailrace-client-gcs",
            "gcs", "tailrace-client-gcs",
            "abs", "tailrace-client-azure",
            "sftp", "tailrace-client-sftp");

    private final List<ObjectStoreProvider> providers;
    private final List<String> failures;

    private ObjectStoreProviders(List<ObjectStoreProvider> providers, List<String> failures) {
        this.providers = providers;
        this.failures = failures;
    }

    /** Those seen by the class loader of this library, then by that of the thread; each class once. */
    public static ObjectStoreProviders installed() {
        return of(Services.load(ObjectStoreProvider.class));
    }

    /** Those seen by {@code loader}. */
    public static ObjectStoreProviders seenBy(ClassLoader loader) {
        return of(Services.load(ObjectStoreProvider.class, List.of(loader)));
    }

    private static ObjectStoreProviders of(Services.Found<ObjectStoreProvider> found) {
        return new ObjectStoreProviders(found.providers(), found.failures());
    }

    /** All that could be loaded, in the order they were found. */
    public List<ObjectStoreProvider> all() {
        return providers;
    }

    /** One message for each provider that is named by a jar but could not be loaded. */
    public List<String> failures() {
        return failures;
    }

    /**
     * The provider of a scheme.
     *
     * @throws NoProviderException if there is none (the message names the jar to add) or more than one (it names all)
     */
    public ObjectStoreProvider forScheme(String scheme) {
        String wanted = scheme.toLowerCase(Locale.ROOT);
        List<ObjectStoreProvider> serving = new ArrayList<>();
        TreeSet<String> present = new TreeSet<>();
        for (ObjectStoreProvider provider : providers) {
            present.addAll(provider.schemes());
            if (provider.schemes().contains(wanted)) {
                serving.add(provider);
            }
        }
        if (serving.size() == 1) {
            return serving.get(0);
        }
        if (serving.isEmpty()) {
            throw new NoProviderException("no backend for scheme " + wanted + ": " + hint(wanted)
                    + "; schemes present: " + (present.isEmpty() ? "none" : String.join(", ", present))
                    + (failures.isEmpty() ? "" : "; not loaded: " + String.join("; ", failures)));
        }
        throw new NoProviderException("more than one backend for scheme " + wanted + ": "
                + String.join(", ", serving.stream().map(Services::describe).toList())
                + "; remove all but one");
    }

    private static String hint(String scheme) {
        String artifact = KNOWN_ARTIFACTS.get(scheme);
        return artifact == null
                ? "no such scheme is known, check its spelling or add the jar of its backend"
                : "add the jar dev.tailrace:" + artifact;
    }
}
