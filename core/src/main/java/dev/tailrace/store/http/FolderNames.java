// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import dev.tailrace.error.TailraceException;
import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.store.KeyOrder;
import dev.tailrace.store.ListingBudget;
import java.util.List;
import java.util.TreeSet;

/**
 * Collects what a listing with a delimiter tells of folders, in the order of keys: the store's order has the slash at their
 * ends, which comes after some characters of names. There may be as many as fit into half of the heap. For one thread.
 */
public final class FolderNames {

    private final String above;
    private final ListingBudget budget;
    private final TreeSet<String> names = new TreeSet<>(KeyOrder.BY_UTF8);

    /**
     * No names yet.
     *
     * @param prefix of the folder whose folders are listed, below the root of the store; empty or with a slash at its end
     */
    public FolderNames(BucketFolder folder, String prefix) {
        this(folder.absolute(prefix), ListingBudget.below(prefix, folder.location()));
    }

    FolderNames(String above, ListingBudget budget) {
        this.above = above;
        this.budget = budget;
    }

    /**
     * Takes what the listing has; nothing is kept of what no key of the store could have, such as an empty element.
     *
     * @param absolute a whole key up to the delimiter, and with it
     * @throws UnsupportedReplicaException if there are more than fit; the message names the option that gives more memory
     */
    void add(String absolute) throws UnsupportedReplicaException {
        boolean isName = absolute.endsWith("/") && absolute.startsWith(above) && absolute.length() > above.length() + 1;
        if (isName && names.add(absolute.substring(above.length(), absolute.length() - 1))) {
            budget.take(1);
        }
    }

    /**
     * Takes all of a listing with a delimiter, which is read to its end.
     *
     * @param pages of whole keys up to the delimiter
     * @throws TailraceException if the store fails, or there are more than fit
     */
    public FolderNames addAll(ListingPages<String> pages) throws TailraceException {
        while (pages.hasNext()) {
            for (String absolute : pages.next()) {
                add(absolute);
            }
        }
        return this;
    }

    /** The names without slashes, ascending by UTF-8 bytes, each once. */
    public List<String> sorted() {
        return List.copyOf(names);
    }
}
