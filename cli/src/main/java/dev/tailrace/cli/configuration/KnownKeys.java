// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli.configuration;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The keys that some version of Litestream knows, and which of them are for a store. */
final class KnownKeys {

    private static final String OF_S3 = """
            access-key-id secret-access-key session-token profile region endpoint force-path-style skip-verify
            sign-payload require-content-md5 storage-class part-size concurrency sse-customer-algorithm
            sse-customer-key sse-customer-key-path sse-kms-key-id
            """;
    private static final String OF_AZURE = "account-name account-key sas-token connection-string endpoint";
    private static final String OF_SFTP = "user password key-path host-key concurrent-writes";
    private static final String OF_WEBDAV = "webdav-url webdav-username webdav-password";
    private static final String OF_NATS = """
            jwt seed creds nkey username password token tls root-cas client-cert client-key max-reconnects
            reconnect-wait timeout
            """;

    /** What a store of a type is told; settings of other types may stand at the top of the file beside them. */
    private static final Map<String, Set<String>> OF_TYPE = Map.of(
            "file", Set.of(),
            "s3", words(OF_S3),
            "oss", words(OF_S3),
            "gs", Set.of("endpoint"),
            "gcs", Set.of("endpoint"),
            "abs", words(OF_AZURE),
            "sftp", words(OF_SFTP),
            "webdav", words(OF_WEBDAV),
            "nats", words(OF_NATS));

    /** For a store, whichever it is. */
    static final Set<String> SETTINGS = words(OF_S3 + OF_AZURE + " " + OF_SFTP + " " + OF_WEBDAV + " " + OF_NATS);

    /** Where a replica is, beside its settings. */
    static final Set<String> PLACES = words("url path bucket host");

    private static final String ANYWHERE = """
            bucket host age sync-interval validation-interval max-sync-ltx-files auto-recover
            """ + String.join(" ", SETTINGS);

    static final Set<String> OF_REPLICA =
            words(ANYWHERE + " type name path url retention retention-check-interval snapshot-interval");

    static final Set<String> OF_DATABASE = words("""
            path dir pattern recursive watch replica replicas snapshot meta-path meta-dir monitor-interval
            checkpoint-interval busy-timeout min-checkpoint-page-count max-checkpoint-page-count truncate-page-n
            max-sync-wal-bytes restore-if-db-not-exists upstream monitor-delay-interval shadow-retention-count
            """);

    static final Set<String> OF_FILE = words(ANYWHERE + """
             addr dbs exec logging socket levels snapshot validation l0-retention l0-retention-check-interval
            verify-compaction retention heartbeat-url heartbeat-interval mcp-addr shutdown-sync-timeout
            shutdown-sync-interval
            """);

    static final List<String> SECRETS = List.of(
            "access-key-id",
            "secret-access-key",
            "session-token",
            "sse-customer-key",
            "account-key",
            "sas-token",
            "connection-string",
            "password",
            "webdav-password",
            "jwt",
            "seed",
            "creds",
            "nkey",
            "token");

    private static final Set<String> FLAGS =
            words("force-path-style skip-verify sign-payload require-content-md5 concurrent-writes tls");
    private static final Set<String> YES = words("true True TRUE yes Yes YES on On ON y Y t T 1");
    private static final Set<String> NO = words("false False FALSE no No NO off Off OFF n N f F 0");

    private KnownKeys() {}

    /** The settings of a store of a type; empty if there is no such type. */
    static Optional<Set<String>> ofType(String type) {
        return Optional.ofNullable(OF_TYPE.get(type));
    }

    /** Whether a piece of the value of a key may be a piece of a secret. */
    static boolean mayHoldSecret(String key) {
        return SECRETS.contains(key) || key.equals("url") || key.equals("path");
    }

    static boolean isFlag(String key) {
        return FLAGS.contains(key);
    }

    /** Whether a text means yes, as YAML has it in any of its versions; empty if it means neither yes nor no. */
    static Optional<Boolean> flag(String text) {
        return YES.contains(text) ? Optional.of(true) : NO.contains(text) ? Optional.of(false) : Optional.empty();
    }

    private static Set<String> words(String text) {
        return Set.copyOf(new TreeSet<>(Arrays.asList(text.strip().split("\\s+"))));
    }
}
