// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpResponse;
import com.azure.storage.blob.models.BlobStorageException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.http.BucketFolder;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the errors of a store from those of the SDK: what failed, why, and what to do, in one line. The SDK's own messages
 * are quoted nowhere, since some hold the address with its signature.
 */
final class AzureFailures {

    private static final Set<String> NOT_THE_BLOB =
            Set.of("ContainerNotFound", "ContainerBeingDeleted", "ContainerDisabled", "ResourceNotFound");
    private static final HttpHeaderName CODE = HttpHeaderName.fromString("x-ms-error-code");
    private static final HttpHeaderName REQUEST = HttpHeaderName.fromString("x-ms-request-id");
    private static final int LONGEST_QUOTE = 200;
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final BucketFolder folder;
    private final String understood;
    private final String credentials;

    /**
     * Failures of one store.
     *
     * @param understood what was made of its URL, such as "container c, account a at https://a.blob.core.windows.net"
     * @param credentials where they come from
     */
    AzureFailures(BucketFolder folder, String understood, String credentials) {
        this.folder = folder;
        this.understood = understood;
        this.credentials = credentials;
    }

    /** The typed form of a failed call for one object, which may be absent or of another version. */
    TailraceException ofObject(String action, String key, Optional<String> expectedVersion, RuntimeException failure) {
        if (failure instanceof HttpResponseException answer) {
            String code = code(answer);
            if (code.equals("ConditionNotMet")
                    || code.equals("TargetConditionNotMet")
                    || (status(answer) == 412 && code.isEmpty())
                    || code.equals("BlobAlreadyExists")) {
                String expected =
                        expectedVersion.map(version -> "version " + version).orElse("no object");
                return new ObjectChangedException(key, expected, "another version", folder.location(), failure);
            }
            if (isMissingBlob(answer)) {
                return new ObjectMissingException(key, folder.location(), failure);
            }
        }
        return typed(action, failure);
    }

    /** Whether the container is there, as far as anybody says, and the blob is not. */
    static boolean isMissingBlob(HttpResponseException answer) {
        return status(answer) == 404 && !NOT_THE_BLOB.contains(code(answer));
    }

    /**
     * The typed form of a failed call.
     *
     * @param action what failed, as in "cannot list abs://account@container/app"
     */
    TailraceException typed(String action, RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TailraceException typed) {
                return typed;
            }
            if (cause instanceof CredentialsFailure) {
                return access(action, String.valueOf(cause.getMessage()), failure);
            }
            if (cause instanceof ClientAuthenticationException) {
                return access(
                        action,
                        "no login worked, tried with " + credentials
                                + "; log in (az login), give this machine an identity, or set LITESTREAM_AZURE_ACCOUNT_KEY",
                        failure);
            }
            if (cause instanceof HttpResponseException answer && answer.getResponse() != null) {
                return ofAnswer(action, answer);
            }
            if (cause instanceof SSLException && causeOf(cause, CertificateException.class)) {
                return access(
                        action,
                        "the certificate of the server is not trusted (" + quoted(cause.getMessage())
                                + "); add its authority to Java's trust store",
                        failure);
            }
            Optional<String> explained = explained(cause);
            if (explained.isPresent()) {
                return unavailable(action, explained.get(), null, failure);
            }
        }
        if (failure instanceof IllegalArgumentException) {
            return access(
                    action,
                    "the request cannot be made (" + quoted(failure.getMessage()) + "); check the URL",
                    failure);
        }
        return unavailable(
                action, "the connection failed (" + innermost(failure) + "); try again later", null, failure);
    }

    private Optional<String> explained(Throwable cause) {
        if (cause instanceof UnknownHostException
                || cause instanceof UnresolvedAddressException
                || (cause instanceof ConnectException && causeOf(cause, UnresolvedAddressException.class))) {
            return Optional.of("no such host; check the account's name, the endpoint and the network of " + understood);
        }
        if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
            return Optional.of("no answer in time from " + understood + " (" + quoted(cause.getMessage())
                    + "); check the network, or try again later");
        }
        if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
            return Optional.of("cannot connect to " + understood + "; check endpoint, port and network");
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

    private static String innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String name = cause.getClass().getSimpleName();
        return cause.getMessage() == null ? name : name + ": " + quoted(cause.getMessage());
    }

    private TailraceException ofAnswer(String action, HttpResponseException answer) {
        String code = code(answer);
        int status = status(answer);
        if (status >= 300 && status < 400) {
            return access(
                    action,
                    "the store sends the request elsewhere (" + reference(answer)
                            + "), where credentials are not sent; write that place into the URL if it is yours, "
                            + understood,
                    answer);
        }
        boolean slow = status == 429 || code.equals("ServerBusy") || code.equals("TooManyRequests");
        if (slow || code.equals("ContainerBeingDeleted") || status == 408 || (status >= 500 && status != 501)) {
            Duration asked = retryAfter(answer);
            return unavailable(
                    action,
                    (slow ? "the store asks for fewer requests (" : "the store fails (") + reference(answer)
                            + "); try again later",
                    slow && asked == null ? Duration.ZERO : asked,
                    answer);
        }
        return access(action, refusal(code, status, answer), answer);
    }

    private String refusal(String code, int status, HttpResponseException answer) {
        String reference = " (" + reference(answer) + "); ";
        return switch (code) {
            case "ContainerNotFound", "ResourceNotFound", "ContainerDisabled" ->
                "there is no " + understood + reference + "check the names of container and account";
            case "AuthenticationFailed", "InvalidAuthenticationInfo" ->
                "the credentials are not accepted" + reference + "check " + credentials
                        + " (key, signature, its expiry), that it belongs to " + understood
                        + ", and this machine's clock";
            case "AuthorizationFailure" ->
                "access denied" + reference + "check " + credentials + ", its expiry, and the account's firewall; "
                        + understood;
            case "AuthorizationPermissionMismatch",
                    "AuthorizationResourceTypeMismatch",
                    "UnauthorizedBlobOverwrite",
                    "InsufficientAccountPermissions" -> denied(reference);
            case "AuthorizationSourceIPMismatch", "IpAuthorizationFailure" ->
                "access denied from this address" + reference + "check the signature's addresses, and the account's"
                        + " firewall; " + understood;
            case "AuthorizationProtocolMismatch", "AccountRequiresHttps" ->
                "only https is allowed" + reference + "write the endpoint with https; " + understood;
            case "KeyBasedAuthenticationNotPermitted" ->
                "the account allows no account keys" + reference
                        + "use a login or a signature made with one, instead of " + credentials;
            case "NoAuthenticationInformation", "PublicAccessNotPermitted" ->
                "the container is not public" + reference + "give credentials; asked as " + credentials;
            case "AccountIsDisabled" ->
                "the account is disabled" + reference + "see to it in the portal; " + understood;
            case "BlobArchived", "BlobBeingRehydrated" ->
                "the blob is in the archive tier and cannot be read at once" + reference
                        + "set it to the hot or cool tier, then run this again";
            case "LeaseIdMissing", "LeaseLost", "LeaseIdMismatchWithBlobOperation" ->
                "somebody holds a lease on it" + reference + "break the lease, or wait for its end";
            case "BlobImmutableDueToPolicy" ->
                "a policy keeps it from being changed" + reference + "see the container's immutability policies";
            default ->
                status == 401 || status == 403
                        ? denied(reference)
                        : "the store refuses" + reference + "check the URL, which was read as " + understood;
        };
    }

    private String denied(String reference) {
        return "access denied" + reference + "to restore, " + credentials
                + " needs to read and list blobs (role Storage Blob Data Reader, or a signature with sp=rl for the container); "
                + understood;
    }

    private StoreAccessException access(String action, String reason, Throwable cause) {
        return new StoreAccessException(action + ": " + reason, folder.location(), cause);
    }

    private StoreUnavailableException unavailable(
            String action, String reason, @Nullable Duration retryAfter, Throwable cause) {
        return new StoreUnavailableException(action + ": " + reason, folder.location(), retryAfter, cause);
    }

    /** Code, HTTP status and request id, by which Azure's support finds the request. */
    private static String reference(HttpResponseException answer) {
        String code = code(answer);
        String id = header(answer, REQUEST);
        return (code.isEmpty() ? "" : quoted(code) + ", ") + "HTTP " + status(answer)
                + (id.isEmpty() ? "" : ", request " + quoted(id));
    }

    /** Also where the answer has no body, such as that to a HEAD. */
    static String code(HttpResponseException answer) {
        String code = header(answer, CODE);
        return code.isEmpty() && answer instanceof BlobStorageException blob && blob.getErrorCode() != null
                ? blob.getErrorCode().toString()
                : code;
    }

    static int status(HttpResponseException answer) {
        return answer.getResponse() == null ? 0 : answer.getResponse().getStatusCode();
    }

    /** What others wrote, on one line and not too long. */
    static String quoted(@Nullable String text) {
        if (text == null) {
            return "nothing";
        }
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "…";
    }

    private static String header(HttpResponseException answer, HttpHeaderName name) {
        HttpResponse response = answer.getResponse();
        String value = response == null ? null : response.getHeaderValue(name);
        return value == null ? "" : value.strip();
    }

    /** Seconds, or a date; null where there is neither, or nonsense. */
    private static @Nullable Duration retryAfter(HttpResponseException answer) {
        String text = header(answer, HttpHeaderName.RETRY_AFTER);
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
