// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.internal;

import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;

/** Finds providers by {@link ServiceLoader} so that a broken one does not hide the others. */
public final class Services {

    /** So that an iterator which cannot get past a broken entry comes to an end. */
    private static final int MAX_FAILURES_IN_A_ROW = 50;

    private Services() {}

    /**
     * What was found.
     *
     * @param providers each class once, in the order found
     * @param failures one message for each that could not be made
     */
    public record Found<S>(List<S> providers, List<String> failures) {}

    /** Looks with the class loader of the service first, then with that of the thread. */
    public static <S> Found<S> load(Class<S> service) {
        Set<ClassLoader> loaders = new LinkedHashSet<>();
        // The context loader alone would be wrong in application servers and in pools of threads.
        loaders.add(Objects.requireNonNullElse(service.getClassLoader(), ClassLoader.getSystemClassLoader()));
        loaders.add(Objects.requireNonNullElse(
                Thread.currentThread().getContextClassLoader(), ClassLoader.getSystemClassLoader()));
        return load(service, List.copyOf(loaders));
    }

    /** Looks with these class loaders in their order. */
    public static <S> Found<S> load(Class<S> service, List<ClassLoader> loaders) {
        Map<Class<?>, S> providers = new LinkedHashMap<>();
        Set<String> failures = new LinkedHashSet<>();
        for (ClassLoader loader : loaders) {
            int failuresInARow = 0;
            Iterator<S> iterator = ServiceLoader.load(service, loader).iterator();
            while (true) {
                try {
                    if (!iterator.hasNext()) {
                        break;
                    }
                    S provider = iterator.next();
                    providers.putIfAbsent(provider.getClass(), provider);
                    failuresInARow = 0;
                } catch (ServiceConfigurationError | LinkageError e) {
                    failures.add(String.valueOf(e.getMessage()));
                    if (++failuresInARow == MAX_FAILURES_IN_A_ROW) {
                        break;
                    }
                }
            }
        }
        return new Found<>(new ArrayList<>(providers.values()), List.copyOf(failures));
    }

    /** A provider's class and the jar it came from, for messages. */
    public static String describe(Object provider) {
        return provider.getClass().getName() + " (" + origin(provider.getClass()) + ")";
    }

    /** The jar or folder that a class came from, as far as the virtual machine says. */
    public static String origin(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL url = source == null ? null : source.getLocation();
        return url == null ? "origin unknown" : url.getPath();
    }
}
