// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Types of each kind, for {@link PublicApiTest}. */
public final class ApiSamples {

    private ApiSamples() {}

    public sealed interface Shape<T extends Number & Comparable<T>> extends Iterable<T> permits Square, Round {
        int CORNERS = 4;

        static <E extends Exception> void check(List<? super E> seen, int[] sizes, String... names) throws E {}

        List<T> sizes();

        default boolean isFlat() {
            return true;
        }
    }

    public record Square(double side) implements Shape<Integer> {
        @Override
        public List<Integer> sizes() {
            return List.of();
        }

        @Override
        public Iterator<Integer> iterator() {
            return Collections.emptyIterator();
        }

        void notOutside() {}
    }

    abstract static class Base {
        public void ofTheBase() {}

        void notOutside() {}
    }

    public abstract static non-sealed class Round extends Base implements Shape<Integer> {
        protected static final String NAME = "round";

        protected Round(long radius) {}
    }

    public enum Colour {
        RED;

        public Colour next() {
            return RED;
        }
    }

    static final class Hidden {
        private Hidden() {}

        public void notOutside() {}
    }
}
