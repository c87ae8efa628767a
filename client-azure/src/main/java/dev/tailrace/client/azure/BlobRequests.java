// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.CpkInfo;
import dev.tailrace.store.http.BucketFolder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * Requests for the content of blobs, sent by the client's own pipeline. The SDK fetches a range in many requests, or writes it
 * to a stream instead of being one; and what it stores goes through threads of its own, where an interrupt is lost.
 */
final class BlobRequests {

    private static final HttpHeaderName SERVICE_VERSION = HttpHeaderName.fromString("x-ms-version");
    private static final HttpHeaderName ENCRYPTION_SCOPE = HttpHeaderName.fromString("x-ms-encryption-scope");
    private static final HttpHeaderName ENCRYPTION_KEY = HttpHeaderName.fromString("x-ms-encryption-key");
    private static final HttpHeaderName ENCRYPTION_KEY_HASH = HttpHeaderName.fromString("x-ms-encryption-key-sha256");
    private static final HttpHeaderName ENCRYPTION_ALGORITHM = HttpHeaderName.fromString("x-ms-encryption-algorithm");

    private final BlobContainerClient client;
    private final BucketFolder folder;

    BlobRequests(BlobContainerClient client, BucketFolder folder) {
        this.client = client;
        this.folder = folder;
    }

    HttpRequest read(String key) {
        // It is part of what is signed.
        return request(HttpMethod.GET, key, "").setHeader(HttpHeaderName.CONTENT_LENGTH, "0");
    }

    /** @param query with its question mark, or empty */
    HttpRequest write(String key, String query) {
        HttpRequest request = request(HttpMethod.PUT, key, query);
        if (client.getEncryptionScope() != null) {
            request.setHeader(ENCRYPTION_SCOPE, client.getEncryptionScope());
        }
        return request;
    }

    private HttpRequest request(HttpMethod method, String key, String query) {
        HttpRequest request = new HttpRequest(
                method, client.getBlobContainerUrl() + "/" + BlobName.encoded(folder.absolute(key)) + query);
        request.setHeader(SERVICE_VERSION, client.getServiceVersion().getVersion());
        CpkInfo own = client.getCustomerProvidedKey();
        if (own != null) {
            request.setHeader(ENCRYPTION_KEY, own.getEncryptionKey());
            request.setHeader(ENCRYPTION_KEY_HASH, own.getEncryptionKeySha256());
            request.setHeader(ENCRYPTION_ALGORITHM, own.getEncryptionAlgorithm().toString());
        }
        return request;
    }

    /** Sends what begins to read: an answer to be closed, whose content is still to come if it is one of success. */
    HttpResponse open(HttpRequest request) {
        return client.getHttpPipeline().sendSync(request, new Context(BoundedAnswers.IS_CONTENT, true));
    }

    /**
     * Sends what is to be done.
     *
     * @return the answer, closed
     * @throws BlobStorageException unless it is done
     */
    HttpResponse send(HttpRequest request) {
        try (HttpResponse answer = client.getHttpPipeline().sendSync(request, Context.NONE)) {
            if (answer.getStatusCode() != 201) {
                throw failure(answer);
            }
            return answer;
        }
    }

    /** The SDK's own exception for an answer, which it makes only of the requests that it sends itself. */
    static BlobStorageException failure(HttpResponse answer) {
        return new BlobStorageException("HTTP " + answer.getStatusCode(), answer, null);
    }

    /** When the blob was stored; empty where the answer does not say it. */
    static Optional<Instant> lastModified(HttpResponse answer) {
        String header = answer.getHeaderValue(HttpHeaderName.LAST_MODIFIED);
        try {
            return header == null
                    ? Optional.empty()
                    : Optional.of(ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
