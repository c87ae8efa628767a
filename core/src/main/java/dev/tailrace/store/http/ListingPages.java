// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a listing, each asked for when it is needed. For one thread at a time.
 *
 * @param <T> what the vendor's client gives for an object, or for a folder
 */
public final class ListingPages<T> {

    private final BlockingCalls calls;
    private final BucketFolder folder;
    private final Request<T> request;
    private @Nullable String token;
    private boolean atEnd;

    /** A listing that has not begun, of which nothing is asked before {@link #next}. */
    public ListingPages(BlockingCalls calls, BucketFolder folder, Request<T> request) {
        this.calls = calls;
        this.folder = folder;
        this.request = request;
    }

    /** Asks a store for one page. */
    @FunctionalInterface
    public interface Request<T> {

        /**
         * Blocks until the page is there; runs on a thread of the {@link BlockingCalls}.
         *
         * @param token what the page before said; null for the first
         * @throws TailraceException if the store fails
         */
        Page<T> page(@Nullable String token) throws TailraceException;
    }

    /**
     * What a store answered.
     *
     * @param items in the order of the store
     * @param following the token of the page after it; empty at the end of the listing. A text without a character stands for
     *     a store that says that there is more, and not where
     */
    public record Page<T>(List<T> items, Optional<String> following) {}

    /** Whether there is another page; asks nothing. */
    public boolean hasNext() {
        return !atEnd;
    }

    /**
     * The next page; blocks until it is there.
     *
     * @throws StoreUnavailableException if the store does not say where the listing goes on, or the thread is interrupted
     * @throws TailraceException if the store fails, or was closed here
     */
    public List<T> next() throws TailraceException {
        if (atEnd) {
            throw new NoSuchElementException("no more pages of " + folder.location());
        }
        String current = token;
        Page<T> page = calls.run(abandoned -> request.page(current), discarded -> {});
        String following = page.following().orElse(null);
        if (following != null && (following.isEmpty() || following.equals(current))) {
            throw fault("says that there is more, and not where it goes on");
        }
        token = following;
        atEnd = following == null;
        return page.items();
    }

    void requireOpen() throws TailraceException {
        calls.requireOpen();
    }

    BucketFolder folder() {
        return folder;
    }

    /** What a store does that no store may do. */
    StoreUnavailableException fault(String what) {
        return new StoreUnavailableException(
                "cannot list " + folder.location() + ": the store " + what.replaceAll("\\p{Cntrl}+", " ")
                        + "; this is a fault of the store, or of a proxy before it",
                folder.location(),
                null);
    }
}
