// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

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
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Makes the errors of a store from those of the SDK: what failed, why, and what to do, in one line. */
final class S3Failures {

    private static final Set<String> REGION_CODES = Set.of(
            "AuthorizationHeaderMalformed",
            "AuthorizationQueryParametersError",
            "IllegalLocationConstraintException",
            "PermanentRedirect",
            "TemporaryRedirect");
    private static final Set<String> PASSING_CODES = Set.of(
            "RequestTimeout",
            "SlowDown",
            "Throttling",
            "ThrottlingException",
            "TooManyRequests",
            "BandwidthLimitExceeded");
    private static final Pattern EXPECTED_REGION = Pattern.compile("expecting \\W{0,6}([A-Za-z0-9-]{1,40})");
    private static final int LONGEST_QUOTE = 200;
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final BucketFolder folder;
    private final String understood;

    /**
     * Failures of one store.
     *
     * @param understood what was made of its URL, such as "bucket b at http://host:9000"
     */
    S3Failures(BucketFolder folder, String understood) {
        this.folder = folder;
        this.understood = understood;
    }

    /** The typed form of a failed call for one object, which may be absent or of another version. */
    TailraceException ofObject(String action, String key, Optional<String> expectedVersion, RuntimeException failure) {
        if (failure instanceof AwsServiceException answer) {
            String code = code(answer);
            boolean conditional = answer.statusCode() == 412 || code.equals("PreconditionFailed");
            boolean absent = answer.statusCode() == 404 && !code.equals("NoSuchBucket");
            if (conditional) {
                String expected =
                        expectedVersion.map(version -> "version " + version).orElse("no object");
                return new ObjectChangedException(key, expected, "another version", folder.location(), failure);
            }
            if (absent) {
                return new ObjectMissingException(key, folder.location(), failure);
            }
        }
        return typed(action, failure);
    }

    /**
     * The typed form of a failed call.
     *
     * @param action what failed, as in "cannot list s3://bucket/app"
     */
    TailraceException typed(String action, RuntimeException failure) {
        if (failure instanceof AwsServiceException answer) {
            return ofAnswer(action, answer);
        }
        if (failure instanceof CredentialsFailure || failure instanceof IllegalArgumentException) {
            return access(action, String.valueOf(failure.getMessage()), failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TailraceException typed) {
                return typed;
            }
            if (cause instanceof CredentialsFailure) {
                return access(action, String.valueOf(cause.getMessage()), failure);
            }
            if (cause instanceof SSLPeerUnverifiedException
                    || (cause instanceof SSLException && causeOf(cause, CertificateException.class))) {
                return access(
                        action,
                        "the certificate of the server is not trusted (" + quoted(cause.getMessage())
                                + "); add its authority to Java's trust store, or skipVerify=true to the URL",
                        failure);
            }
            Optional<String> explained = explained(cause);
            if (explained.isPresent()) {
                return unavailable(action, explained.get(), null, failure);
            }
        }
        String what = failure instanceof SdkException || failure.getMessage() != null
                ? quoted(failure.getMessage())
                : failure.getClass().getSimpleName();
        return unavailable(action, what + "; try again later", null, failure);
    }

    private Optional<String> explained(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return Optional.of("no such host: " + quoted(cause.getMessage())
                    + "; check endpoint, region and network of " + understood);
        }
        if (cause instanceof SocketTimeoutException) {
            return Optional.of("no answer in time from " + understood + " (" + quoted(cause.getMessage())
                    + "); check the network, or try again later");
        }
        if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
            return Optional.of("cannot connect to " + understood + " (" + quoted(cause.getMessage())
                    + "); check endpoint, port and network");
        }
        return Optional.empty();
    }

    private static boolean causeOf(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private TailraceException ofAnswer(String action, AwsServiceException answer) {
        String code = code(answer);
        int status = answer.statusCode();
        if (REGION_CODES.contains(code) || status == 301 || status == 307 || bucketIsElsewhere(answer)) {
            return access(action, wrongRegion(answer), answer);
        }
        if (PASSING_CODES.contains(code) || status == 408 || status == 429 || (status >= 500 && status != 501)) {
            boolean throttled = status == 429 || status == 503 || answer.isThrottlingException();
            String what = throttled ? "the store asks for fewer requests" : "the store fails";
            Duration wait = retryAfter(answer);
            return unavailable(
                    action,
                    what + " (" + reference(answer) + "); try again later",
                    wait == null && throttled ? Duration.ZERO : wait,
                    answer);
        }
        return access(action, refusal(code, status, answer), answer);
    }

    private String refusal(String code, int status, AwsServiceException answer) {
        String reference = " (" + reference(answer) + "); ";
        return switch (code) {
            case "NoSuchBucket" ->
                "there is no " + understood + reference + "check the bucket's name, endpoint and region";
            case "InvalidAccessKeyId", "XAdminUserNotFound" ->
                "the access key id is not known there" + reference
                        + "check access-key-id (AWS_ACCESS_KEY_ID), and that it belongs to " + understood;
            case "SignatureDoesNotMatch" ->
                "the secret access key does not fit the access key id" + reference
                        + "check secret-access-key (AWS_SECRET_ACCESS_KEY), and that no proxy changes requests";
            case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired" ->
                "the session token has expired" + reference + "log in again, and run this with the new credentials";
            case "InvalidToken" ->
                "the session token is not valid" + reference
                        + "check AWS_SESSION_TOKEN: it belongs to one access key id, and permanent keys have none";
            case "RequestTimeTooSkewed", "RequestExpired" ->
                "the clocks of this machine and of the store differ too much" + reference + "set this machine's clock"
                        + serverTime(answer);
            case "InvalidObjectState" ->
                "the object is in an archive and cannot be read at once" + reference
                        + "have the store restore it to a class that can be read, then run this again";
            case "InvalidBucketName" ->
                "this cannot be the name of a bucket" + reference + "check the URL: " + understood;
            case "AccessDenied" -> denied(reference);
            default ->
                status == 401 || (status == 403 && code.isEmpty())
                        ? denied(reference)
                        : "the store refuses" + reference + "it says: " + message(answer);
        };
    }

    private String denied(String reference) {
        return "access denied" + reference
                + "to restore, the credentials need s3:ListBucket on the bucket and s3:GetObject on what it holds; "
                + understood;
    }

    private String wrongRegion(AwsServiceException answer) {
        Optional<String> there =
                header(answer, "x-amz-bucket-region").filter(region -> region.matches("[A-Za-z0-9-]{1,40}"));
        if (there.isEmpty()) {
            Matcher matcher = EXPECTED_REGION.matcher(message(answer));
            there = matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        }
        return "the bucket is in another region or at another endpoint (" + reference(answer) + "); "
                + there.map(region -> "add region=" + region + " to the URL")
                        .orElse("add the right region= or endpoint= to the URL")
                + ", which was read as " + understood;
    }

    /** HEAD has no body to name the code: 400 with the region beside it. */
    private static boolean bucketIsElsewhere(AwsServiceException answer) {
        return answer.statusCode() == 400
                && code(answer).isEmpty()
                && header(answer, "x-amz-bucket-region").isPresent();
    }

    private StoreAccessException access(String action, String reason, Throwable cause) {
        return new StoreAccessException(action + ": " + reason, folder.location(), cause);
    }

    private StoreUnavailableException unavailable(
            String action, String reason, @Nullable Duration retryAfter, Throwable cause) {
        return new StoreUnavailableException(action + ": " + reason, folder.location(), retryAfter, cause);
    }

    /** Code, HTTP status and request id, by which the store's owner finds the request. */
    private static String reference(AwsServiceException answer) {
        String code = code(answer);
        String id = answer.requestId();
        return (code.isEmpty() ? "" : quoted(code) + ", ") + "HTTP " + answer.statusCode()
                + (id == null || id.isEmpty() ? "" : ", request " + quoted(id));
    }

    static String code(AwsServiceException answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    private static String message(AwsServiceException answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        return details == null ? "nothing" : quoted(details.errorMessage());
    }

    /** What others wrote, on one line and not too long. */
    private static String quoted(@Nullable String text) {
        if (text == null) {
            return "nothing";
        }
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "…";
    }

    private static Optional<String> header(AwsServiceException answer, String name) {
        AwsErrorDetails details = answer.awsErrorDetails();
        return details == null || details.sdkHttpResponse() == null
                ? Optional.empty()
                : details.sdkHttpResponse().firstMatchingHeader(name);
    }

    private static String serverTime(AwsServiceException answer) {
        return header(answer, "Date")
                .map(date -> "; the store's says " + quoted(date))
                .orElse("");
    }

    /** Seconds, or a date; null where there is neither, or nonsense. */
    private static @Nullable Duration retryAfter(AwsServiceException answer) {
        String text = header(answer, "Retry-After").map(String::strip).orElse("");
        if (text.matches("[0-9]{1,9}")) {
            Duration wait = Duration.ofSeconds(Long.parseLong(text));
            return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
        }
        try {
            Duration wait = Duration.between(
                    Instant.now(),
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
