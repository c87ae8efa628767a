// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * How the store is to encrypt objects: as the bucket says, with a key that each request brings (SSE-C), or with a named key
 * of the store's key service (SSE-KMS), which only writing has to name. {@link #toString()} shows no key.
 */
final class Encryption {

    /** As the bucket says. */
    static final Encryption OF_BUCKET = new Encryption(null, null);

    private static final String ALGORITHM = "AES256";

    /**
     * A key that each request brings.
     *
     * @param base64 32 bytes
     * @param md5 of those bytes, in Base64
     */
    record CustomerKey(String base64, String md5) {
        @Override
        public String toString() {
            return "CustomerKey[***]";
        }
    }

    private final @Nullable CustomerKey customerKey;
    private final @Nullable String kmsKeyId;

    private Encryption(@Nullable CustomerKey customerKey, @Nullable String kmsKeyId) {
        this.customerKey = customerKey;
        this.kmsKeyId = kmsKeyId;
    }

    static Encryption withCustomerKey(CustomerKey key) {
        return new Encryption(requireNonNull(key, "key"), null);
    }

    static Encryption withKmsKey(String keyId) {
        return new Encryption(null, requireNonNull(keyId, "keyId"));
    }

    Optional<CustomerKey> customerKey() {
        return Optional.ofNullable(customerKey);
    }

    void applyTo(GetObjectRequest.Builder request) {
        if (customerKey != null) {
            request.sseCustomerAlgorithm(ALGORITHM)
                    .sseCustomerKey(customerKey.base64())
                    .sseCustomerKeyMD5(customerKey.md5());
        }
    }

    void applyTo(HeadObjectRequest.Builder request) {
        if (customerKey != null) {
            request.sseCustomerAlgorithm(ALGORITHM)
                    .sseCustomerKey(customerKey.base64())
                    .sseCustomerKeyMD5(customerKey.md5());
        }
    }

    void applyTo(PutObjectRequest.Builder request) {
        if (customerKey != null) {
            request.sseCustomerAlgorithm(ALGORITHM)
                    .sseCustomerKey(customerKey.base64())
                    .sseCustomerKeyMD5(customerKey.md5());
        }
        if (kmsKeyId != null) {
            request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(kmsKeyId);
        }
    }

    void applyTo(CreateMultipartUploadRequest.Builder request) {
        if (customerKey != null) {
            request.sseCustomerAlgorithm(ALGORITHM)
                    .sseCustomerKey(customerKey.base64())
                    .sseCustomerKeyMD5(customerKey.md5());
        }
        if (kmsKeyId != null) {
            request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(kmsKeyId);
        }
    }

    void applyTo(UploadPartRequest.Builder request) {
        if (customerKey != null) {
            request.sseCustomerAlgorithm(ALGORITHM)
                    .sseCustomerKey(customerKey.base64())
                    .sseCustomerKeyMD5(customerKey.md5());
        }
    }

    void applyTo(CompleteMultipartUploadRequest.Builder request) {
        if (customerKey != null) {
            request.sseCustomerAlgorithm(ALGORITHM)
                    .sseCustomerKey(customerKey.base64())
                    .sseCustomerKeyMD5(customerKey.md5());
        }
    }

    @Override
    public String toString() {
        return customerKey != null ? "SSE-C" : kmsKeyId != null ? "SSE-KMS" : "as the bucket says";
    }
}
