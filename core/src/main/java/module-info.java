/**
 * Litestream replicas: where their bytes are, what their keys mean, and how they become a database again.
 *
 * <p>Backends and codecs are found by {@link java.util.ServiceLoader}; this module needs nothing but {@code java.base}.
 */
@org.jspecify.annotations.NullMarked
module dev.tailrace {
    requires static transitive org.jspecify;

    exports dev.tailrace;
    exports dev.tailrace.codec;
    exports dev.tailrace.copy;
    exports dev.tailrace.error;
    exports dev.tailrace.ltx;
    exports dev.tailrace.prune;
    exports dev.tailrace.replica;
    exports dev.tailrace.restore;
    exports dev.tailrace.store;
    exports dev.tailrace.store.http;
    exports dev.tailrace.wal;

    uses dev.tailrace.codec.BlockCompression;
    uses dev.tailrace.store.ObjectStoreProvider;
}
