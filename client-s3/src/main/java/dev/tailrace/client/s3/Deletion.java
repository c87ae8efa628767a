// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.http.BucketFolder;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/**
 * One call of delete: a thousand keys by one request, one by one where the store cannot do that. Goes on after the refusal
 * of some keys, stops where a whole request fails, and tells at the end what is left.
 */
final class Deletion {

    private static final int BATCH = 1_000;
    private static final int NAMED = 10;
    private static final Set<String> REFUSALS = Set.of("AccessDenied", "AllAccessDisabled", "MethodNotAllowed");

    private final S3Client client;
    private final BucketFolder folder;
    private final S3Failures failures;
    private final BooleanSupplier abandoned;
    private final Set<String> left = new LinkedHashSet<>();
    private @Nullable AwsServiceException firstRefusal;
    private @Nullable String firstCode;
    private boolean oneByOne;

    Deletion(S3Client client, BucketFolder folder, S3Failures failures, BooleanSupplier abandoned) {
        this.client = client;
        this.folder = folder;
        this.failures = failures;
        this.abandoned = abandoned;
    }

    void run(Collection<String> keys) throws TailraceException {
        List<String> all = List.copyOf(new LinkedHashSet<>(keys));
        for (int from = 0; from < all.size(); from += BATCH) {
            List<String> batch = all.subList(from, Math.min(all.size(), from + BATCH));
            try {
                delete(batch);
            } catch (RuntimeException e) {
                left.addAll(all.subList(from, all.size()));
                throw failures.typed(action(all.size()), e);
            }
            if (abandoned.getAsBoolean()) {
                return;
            }
        }
        if (firstRefusal != null) {
            throw failures.typed(action(all.size()), firstRefusal);
        }
        if (firstCode != null) {
            String message = action(all.size()) + ": the store says " + firstCode;
            throw REFUSALS.contains(firstCode)
                    ? new StoreAccessException(
                            message + "; to delete, the credentials need s3:DeleteObject", folder.location(), null)
                    : new StoreUnavailableException(message + "; try again later", folder.location(), null);
        }
    }

    private void delete(List<String> batch) {
        List<String> single = batch;
        if (!oneByOne) {
            try {
                // XML cannot hold every key.
                single = batch.stream().filter(Deletion::hasControlCharacter).toList();
                deleteAtOnce(
                        batch.stream().filter(key -> !hasControlCharacter(key)).toList());
            } catch (AwsServiceException e) {
                if (!isNotUnderstood(e)) {
                    throw e;
                }
                oneByOne = true;
                single = batch;
            }
        }
        for (String key : single) {
            if (!abandoned.getAsBoolean()) {
                deleteOne(key);
            }
        }
    }

    private static boolean hasControlCharacter(String key) {
        return key.chars().anyMatch(character -> character < ' ' || character == 0xFFFE || character == 0xFFFF);
    }

    private void deleteAtOnce(List<String> keys) {
        if (keys.isEmpty()) {
            return;
        }
        Delete delete = Delete.builder()
                .quiet(true)
                .objects(keys.stream()
                        .map(key -> ObjectIdentifier.builder()
                                .key(folder.absolute(key))
                                .build())
                        .toList())
                .build();
        List<S3Error> errors = client.deleteObjects(
                        request -> request.bucket(folder.bucket()).delete(delete))
                .errors();
        for (S3Error error : errors) {
            String code = String.valueOf(error.code());
            if (error.key() == null || code.equals("NoSuchKey") || code.equals("NoSuchVersion")) {
                continue;
            }
            String key = error.key().startsWith(folder.prefix()) ? folder.relative(error.key()) : error.key();
            left.add(key);
            firstCode = firstCode == null ? code : firstCode;
        }
    }

    private void deleteOne(String key) {
        try {
            client.deleteObject(request -> request.bucket(folder.bucket()).key(folder.absolute(key)));
        } catch (AwsServiceException e) {
            if (e.statusCode() == 404 && !S3Failures.code(e).equals("NoSuchBucket")) {
                return;
            }
            if (e.statusCode() != 403) {
                throw e;
            }
            left.add(key);
            firstRefusal = firstRefusal == null ? e : firstRefusal;
        }
    }

    /** The request as such was refused, not what it asked for. */
    private static boolean isNotUnderstood(AwsServiceException failure) {
        String code = S3Failures.code(failure);
        return failure.statusCode() == 501
                || failure.statusCode() == 405
                || (failure.statusCode() == 400
                        && Set.of(
                                        "",
                                        "BadRequest",
                                        "InvalidArgument",
                                        "InvalidDigest",
                                        "InvalidRequest",
                                        "MalformedXML",
                                        "MissingContentMD5")
                                .contains(code));
    }

    private String action(int all) {
        String more = left.size() > NAMED ? " and " + (left.size() - NAMED) + " more" : "";
        return "cannot delete " + left.size() + " of " + all + " objects in " + folder.location() + ", left: "
                + left.stream().limit(NAMED).collect(Collectors.joining(", ")) + more;
    }
}
