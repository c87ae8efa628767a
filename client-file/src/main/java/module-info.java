/** Replicas in a folder, for {@code file:} URLs. */
@org.jspecify.annotations.NullMarked
module dev.tailrace.client.file {
    requires static org.jspecify;
    requires transitive dev.tailrace;

    exports dev.tailrace.client.file;

    provides dev.tailrace.store.ObjectStoreProvider with
            dev.tailrace.client.file.FileObjectStoreProvider;
}
