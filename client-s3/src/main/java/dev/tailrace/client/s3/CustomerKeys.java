// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.error.ReplicaUrlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/** Reads what the options say about encryption. A key is never part of a message. */
final class CustomerKeys {

    private static final int KEY_BYTES = 32;

    private CustomerKeys() {}

    /**
     * The encryption that is asked for.
     *
     * @throws ReplicaUrlException if it cannot be, or would send the key over an open line
     */
    static Encryption encryption(S3Options options, S3Url place) {
        Optional<String> key = options.text("sse-customer-key")
                .or(() -> options.text("sse-customer-key-path").map(path -> readKey(path, options)));
        Optional<String> kms = options.text("sse-kms-key-id");
        if (key.isPresent() && kms.isPresent()) {
            throw new ReplicaUrlException("sse-customer-key and sse-kms-key-id exclude each other: " + options.url()
                    + "; remove one of them");
        }
        if (kms.isPresent()) {
            return Encryption.withKmsKey(kms.get());
        }
        if (key.isEmpty()) {
            return Encryption.OF_BUCKET;
        }
        options.text("sse-customer-algorithm")
                .filter(algorithm -> !algorithm.equals("AES256"))
                .ifPresent(algorithm -> {
                    throw new ReplicaUrlException(
                            "sse-customer-algorithm is not AES256: " + algorithm + ", for " + options.url());
                });
        boolean open = place.endpoint()
                .filter(endpoint ->
                        "http".equalsIgnoreCase(endpoint.getScheme()) && !S3Endpoint.isLocal(endpoint.getHost()))
                .isPresent();
        if (open) {
            throw new ReplicaUrlException(
                    "sse-customer-key would be sent over an open line: " + options.url() + "; use an https endpoint");
        }
        return Encryption.withCustomerKey(customerKey(key.get(), options));
    }

    private static String readKey(String path, S3Options options) {
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException e) {
            throw new ReplicaUrlException("cannot read the file of sse-customer-key-path: " + path + " ("
                    + e.getClass().getSimpleName() + "), for " + options.url());
        }
    }

    private static Encryption.CustomerKey customerKey(String base64, S3Options options) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            key = new byte[0];
        }
        if (key.length != KEY_BYTES) {
            throw new ReplicaUrlException("sse-customer-key is not 32 bytes in Base64, for " + options.url());
        }
        String md5 = options.text("sse-customer-key-md5").orElse(md5(key));
        if (!md5.equals(md5(key))) {
            throw new ReplicaUrlException("sse-customer-key-md5 does not fit sse-customer-key, for " + options.url());
        }
        return new Encryption.CustomerKey(base64, md5);
    }

    private static String md5(byte[] key) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(key));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
