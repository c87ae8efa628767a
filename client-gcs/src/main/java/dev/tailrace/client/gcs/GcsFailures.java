// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import com.google.auth.Retryable;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.http.BucketFolder;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Makes the errors of a store from those of the client: what failed, why, and what to do, in one line. */
final class GcsFailures {

    /** Refused with 403, and yet only for now. */
    private static final Set<String> PASSING_REASONS = Set.of("rateLimitExceeded", "userRateLimitExceeded");

    private final BucketFolder folder;
    private final String understood;

    /**
     * Failures of one store.
     *
     * @param understood what was made of its URL, such as "bucket b at http://host:4443"
     */
    GcsFailures(BucketFolder folder, String understood) {
        this.folder = folder;
        this.understood = understood;
    }

    /** The typed form of a failed call for one object, which may be absent or of another version. */
    TailraceException ofObject(String action, String key, Optional<String> expectedVersion, Exception failure) {
        if (failure instanceof Refusal refusal) {
            // Asked for nothing but another version, the answer is 304.
            if (refusal.status() == 412 || refusal.status() == 304) {
                String expected =
                        expectedVersion.map(version -> "version " + version).orElse("no object");
                return new ObjectChangedException(key, expected, "another version", folder.location(), failure);
            }
            if (refusal.status() == 404 && refusal.isOfObject()) {
                return new ObjectMissingException(key, folder.location(), failure);
            }
        }
        return typed(action, failure);
    }

    /**
     * The typed form of a failed call.
     *
     * @param action what failed, as in "cannot list gs://bucket/app"
     */
    TailraceException typed(String action, Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TailraceException typed) {
                return typed;
            }
            if (cause instanceof Refusal refusal) {
                return ofAnswer(action, refusal);
            }
            if (cause instanceof CredentialsFailure credentials) {
                return ofCredentials(action, credentials);
            }
            Optional<TailraceException> ofNetwork = ofNetwork(action, cause, failure);
            if (ofNetwork.isPresent()) {
                return ofNetwork.get();
            }
        }
        String what = failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : Refusal.quoted(failure.getMessage());
        return unavailable(action, what + "; try again later", null, failure);
    }

    private Optional<TailraceException> ofNetwork(String action, Throwable cause, Exception failure) {
        String says = " (" + Refusal.quoted(cause.getMessage()) + ")";
        if (cause instanceof SSLPeerUnverifiedException
                || (cause instanceof SSLException && isCausedBy(cause, CertificateException.class))) {
            return Optional.of(access(
                    action,
                    "the certificate of the server is not trusted" + says + "; add its authority to Java's trust store",
                    failure));
        }
        if (cause instanceof UnknownHostException) {
            return Optional.of(unavailable(
                    action, "no such host" + says + "; check endpoint and network of " + understood, null, failure));
        }
        if (cause instanceof SocketTimeoutException) {
            return Optional.of(unavailable(
                    action,
                    "no answer in time from " + understood + says + "; check the network, or try again later",
                    null,
                    failure));
        }
        if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
            return Optional.of(unavailable(
                    action,
                    "cannot connect to " + understood + says + "; check endpoint, port and network",
                    null,
                    failure));
        }
        return Optional.empty();
    }

    private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** Without a token nothing was asked of the store itself. */
    private TailraceException ofCredentials(String action, CredentialsFailure failure) {
        if (failure.getCause() == null || failure.getMessage() == null) {
            return access(action, String.valueOf(failure.getMessage()), failure);
        }
        // Asked last of all, and mostly because there is nothing else.
        if (failure.getMessage().contains("Compute Engine")) {
            return access(action, GcsCredentials.NONE, failure);
        }
        boolean passes = isCausedBy(failure, SocketTimeoutException.class)
                || isCausedBy(failure, ConnectException.class)
                || isCausedBy(failure, UnknownHostException.class)
                || (failure.getCause() instanceof Retryable retryable && retryable.isRetryable());
        String says = "no token could be had for the credentials (" + Refusal.quoted(failure.getMessage()) + "); ";
        return passes
                ? unavailable(action, says + "check the network, or try again later", null, failure)
                : access(
                        action, says + "check that the key or login is still valid, and this machine's clock", failure);
    }

    private TailraceException ofAnswer(String action, Refusal answer) {
        int status = answer.status();
        boolean slowDown = status == 429 || PASSING_REASONS.contains(answer.reason());
        if (slowDown || status == 408 || (status >= 500 && status != 501)) {
            String what = slowDown ? "the store asks for fewer requests" : "the store fails";
            Duration wait =
                    RetryAfter.of(answer.header("Retry-After").orElse(null)).orElse(slowDown ? Duration.ZERO : null);
            return unavailable(action, what + " (" + reference(answer) + "); try again later", wait, answer);
        }
        return access(action, refusal(answer), answer);
    }

    private String refusal(Refusal answer) {
        String reference = " (" + reference(answer) + "); ";
        int status = answer.status();
        if (status >= 300 && status < 400) {
            return "the server sends this elsewhere" + reference
                    + answer.header("Location")
                            .map(place -> "it says to " + Refusal.quoted(place.replaceFirst("[?#].*", "")) + "; ")
                            .orElse("")
                    + "that is not followed, since the credentials would go there; if it is right, add it to the URL as"
                    + " endpoint=";
        }
        if (status == 401) {
            return "the credentials are not accepted" + reference
                    + "check that they are still valid, or for an anonymous call that the bucket is public; it says: "
                    + answer.says();
        }
        if (status == 403) {
            return "access denied" + reference
                    + "to restore, the account needs storage.objects.list and storage.objects.get on the bucket (role Storage"
                    + " Object Viewer); it says: " + answer.says();
        }
        if (status == 404) {
            return "there is no " + understood + reference + "check the bucket's name and endpoint";
        }
        return "the store refuses" + reference + "it says: " + answer.says();
    }

    /** Reason and HTTP status, and the id by which the store's owner finds the request. */
    private static String reference(Refusal answer) {
        return (answer.reason().isEmpty() ? "" : answer.reason() + ", ") + "HTTP " + answer.status()
                + answer.header("X-GUploader-UploadID")
                        .map(id -> ", request " + Refusal.quoted(id))
                        .orElse("");
    }

    private StoreAccessException access(String action, String reason, Throwable cause) {
        return new StoreAccessException(action + ": " + reason, folder.location(), cause);
    }

    private StoreUnavailableException unavailable(
            String action, String reason, @Nullable Duration retryAfter, Throwable cause) {
        return new StoreUnavailableException(action + ": " + reason, folder.location(), retryAfter, cause);
    }
}
