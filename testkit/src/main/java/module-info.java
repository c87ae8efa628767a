/**
 * For whoever writes a storage backend or uses Tailrace in tests: the contracts of an object store and of a replica client
 * as tests, stores to test with, and replicas written by Litestream.
 */
@org.jspecify.annotations.NullMarked
module dev.tailrace.testkit {
    requires static transitive org.jspecify;
    requires transitive dev.tailrace;
    requires com.google.gson;
    requires org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires transitive org.junit.jupiter.params;

    exports dev.tailrace.testkit;

    // JUnit runs the inherited test methods.
    opens dev.tailrace.testkit;
}
