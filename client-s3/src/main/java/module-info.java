/** Replicas in a bucket of S3, or of a store that speaks like it, for {@code s3:} URLs. */
@org.jspecify.annotations.NullMarked
module dev.tailrace.client.s3 {
    requires static org.jspecify;
    requires transitive dev.tailrace;
    // In one public signature: a program may bring its own client.
    requires transitive software.amazon.awssdk.services.s3;
    requires software.amazon.awssdk.auth;
    requires software.amazon.awssdk.awscore;
    requires software.amazon.awssdk.core;
    requires software.amazon.awssdk.http;
    requires software.amazon.awssdk.http.auth.aws;
    requires software.amazon.awssdk.http.auth.spi;
    requires software.amazon.awssdk.http.urlconnection;
    requires software.amazon.awssdk.identity.spi;
    requires software.amazon.awssdk.profiles;
    requires software.amazon.awssdk.regions;
    requires software.amazon.awssdk.retries;
    requires software.amazon.awssdk.retries.api;
    requires software.amazon.awssdk.utils;

    exports dev.tailrace.client.s3;

    provides dev.tailrace.store.ObjectStoreProvider with
            dev.tailrace.client.s3.S3ObjectStoreProvider;
}
