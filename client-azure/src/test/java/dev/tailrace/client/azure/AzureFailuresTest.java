// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.storage.blob.models.BlobStorageException;
import dev.tailrace.error.ObjectChangedException;
import dev.tailrace.error.ObjectMissingException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.http.BucketFolder;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.Charset;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class AzureFailuresTest {

    private static final String SIGNATURE = "c2lnbmF0dXJl";
    private static final AzureFailures FAILURES = new AzureFailures(
            new BucketFolder("c", "app/", "abs://a@c/app"),
            "container c, account a at https://a.example",
            "LITESTREAM_AZURE_ACCOUNT_KEY");

    /** An answer as the service gives it to a HEAD: a status and headers. */
    private static final class Answer extends HttpResponse {

        private final int status;
        private final HttpHeaders headers = new HttpHeaders();

        Answer(int status, String code) {
            super(new HttpRequest(HttpMethod.GET, "https://a.example/c/app?sig=" + SIGNATURE));
            this.status = status;
            if (!code.isEmpty()) {
                headers.set(HttpHeaderName.fromString("x-ms-error-code"), code);
            }
            headers.set(HttpHeaderName.fromString("x-ms-request-id"), "4711");
        }

        Answer with(HttpHeaderName name, String value) {
            headers.set(name, value);
            return this;
        }

        BlobStorageException failure() {
            return new BlobStorageException("refused https://a.example/c/app?sig=" + SIGNATURE, this, null);
        }

        @Override
        public int getStatusCode() {
            return status;
        }

        @Override
        @Deprecated
        public String getHeaderValue(String name) {
            return headers.getValue(HttpHeaderName.fromString(name));
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public Flux<ByteBuffer> getBody() {
            return Flux.empty();
        }

        @Override
        public Mono<byte[]> getBodyAsByteArray() {
            return Mono.just(new byte[0]);
        }

        @Override
        public Mono<String> getBodyAsString() {
            return getBodyAsString(UTF_8);
        }

        @Override
        public Mono<String> getBodyAsString(Charset charset) {
            return Mono.just("");
        }
    }

    private static void onOneLineWithoutSecrets(TailraceException typed) {
        assertThat(typed)
                .hasMessageStartingWith("cannot list abs://a@c/app: ")
                .hasMessageNotContaining(SIGNATURE)
                .hasMessageNotContaining("\n");
        assertThat(typed.location()).contains("abs://a@c/app");
    }

    private static TailraceException typed(RuntimeException failure) {
        TailraceException typed = FAILURES.typed("cannot list abs://a@c/app", failure);
        onOneLineWithoutSecrets(typed);
        return typed;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    404 | ContainerNotFound                 | there is no container c, account a
                    404 | ResourceNotFound                  | check the names of container and account
                    403 | AuthenticationFailed              | the credentials are not accepted
                    403 | InvalidAuthenticationInfo         | this machine's clock
                    403 | AuthorizationFailure              | the account's firewall
                    403 | AuthorizationPermissionMismatch   | role Storage Blob Data Reader
                    403 | InsufficientAccountPermissions    | role Storage Blob Data Reader
                    403 | AuthorizationSourceIPMismatch     | access denied from this address
                    403 | AuthorizationProtocolMismatch     | write the endpoint with https
                    400 | AccountRequiresHttps              | write the endpoint with https
                    403 | KeyBasedAuthenticationNotPermitted| the account allows no account keys
                    401 | NoAuthenticationInformation       | give credentials
                    409 | PublicAccessNotPermitted          | the container is not public
                    403 | AccountIsDisabled                 | the account is disabled
                    409 | BlobArchived                      | archive tier
                    409 | BlobBeingRehydrated               | archive tier
                    412 | LeaseIdMissing                    | somebody holds a lease
                    409 | BlobImmutableDueToPolicy          | immutability policies
                    401 | ''                                | access denied
                    403 | SomethingNew                      | access denied
                    400 | InvalidUri                        | the store refuses (InvalidUri, HTTP 400, request 4711)
                    501 | NotImplemented                    | the store refuses
                    307 | ''                                | sends the request elsewhere
                    """)
    void whatTheStoreRefusesIsNotTriedAgain(int status, String code, String says) {
        assertThat(typed(new Answer(status, code).failure()))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining(says)
                .hasMessageContaining("HTTP " + status)
                .hasMessageContaining("request 4711");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    503 | ServerBusy            | asks for fewer requests
                    429 | TooManyRequests       | asks for fewer requests
                    429 | ''                    | asks for fewer requests
                    """)
    void aBusyStoreSlowsAllRequests(int status, String code, String says) {
        TailraceException typed = typed(new Answer(status, code).failure());
        assertThat(typed).isInstanceOf(StoreUnavailableException.class).hasMessageContaining(says);
        assertThat(((StoreUnavailableException) typed).retryAfter()).contains(Duration.ZERO);
        typed = typed(
                new Answer(status, code).with(HttpHeaderName.RETRY_AFTER, "7").failure());
        assertThat(((StoreUnavailableException) typed).retryAfter()).contains(Duration.ofSeconds(7));
        typed = typed(new Answer(status, code)
                .with(HttpHeaderName.RETRY_AFTER, "999999999")
                .failure());
        assertThat(((StoreUnavailableException) typed).retryAfter()).contains(Duration.ofHours(1));
    }

    @ParameterizedTest
    @CsvSource({
        "500, InternalError",
        "502, ''",
        "503, ''",
        "504, ''",
        "408, OperationTimedOut",
        "409, ContainerBeingDeleted"
    })
    void aFailureOfTheStoreMayPass(int status, String code) {
        TailraceException typed = typed(new Answer(status, code).failure());
        assertThat(typed)
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("the store fails")
                .hasMessageContaining("try again later");
        assertThat(((StoreUnavailableException) typed).retryAfter()).isEmpty();
    }

    @Test
    void aBlobMayBeMissingOrOfAnotherVersion() {
        assertThat(FAILURES.ofObject("cannot open", "k", Optional.of("1"), new Answer(404, "BlobNotFound").failure()))
                .isInstanceOf(ObjectMissingException.class);
        assertThat(FAILURES.ofObject("cannot open", "k", Optional.of("1"), new Answer(404, "").failure()))
                .isInstanceOf(ObjectMissingException.class);
        assertThat(FAILURES.ofObject(
                        "cannot open", "k", Optional.of("1"), new Answer(404, "ContainerNotFound").failure()))
                .isInstanceOf(StoreAccessException.class);
        for (String code : List.of("ConditionNotMet", "TargetConditionNotMet", "BlobAlreadyExists")) {
            assertThat(FAILURES.ofObject("cannot open", "k", Optional.of("1"), new Answer(412, code).failure()))
                    .as(code)
                    .isInstanceOf(ObjectChangedException.class);
        }
        assertThat(FAILURES.ofObject("cannot write", "k", Optional.empty(), new Answer(412, "").failure()))
                .isInstanceOf(ObjectChangedException.class);
        assertThat(FAILURES.ofObject(
                        "cannot write", "k", Optional.empty(), new Answer(412, "LeaseIdMissing").failure()))
                .isInstanceOf(StoreAccessException.class);
    }

    static List<Arguments> failuresOfTheNetwork() {
        return List.of(
                Arguments.of(new UnknownHostException("a.example"), "no such host"),
                Arguments.of(new UnresolvedAddressException(), "no such host"),
                Arguments.of(
                        new HttpConnectTimeoutException("connect timed out"), "no answer in time from container c"),
                Arguments.of(new TimeoutException("30 s"), "no answer in time"),
                Arguments.of(new ConnectException("refused"), "cannot connect to container c"),
                Arguments.of(new SocketException("reset\nby peer"), "reset by peer); try again later"));
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheNetwork")
    void aFailureOfTheNetworkMayPass(Exception failure, String says) {
        assertThat(typed(new RuntimeException("https://a.example/?sig=" + SIGNATURE, failure)))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining(says);
    }

    @Test
    void aCertificateThatNobodyTrustsDoesNotPass() {
        SSLHandshakeException failure = new SSLHandshakeException("PKIX path building failed");
        failure.initCause(new CertificateException("unknown"));
        assertThat(typed(new UncheckedIOException(failure)))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("certificate of the server is not trusted");
    }

    @Test
    void whereNoLoginWorksItIsSaidWhatWouldHelp() {
        assertThat(typed(new ClientAuthenticationException("EnvironmentCredential unavailable", null)))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("az login");
    }
}
