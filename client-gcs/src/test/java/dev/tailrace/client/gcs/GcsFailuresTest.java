// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.storage.StorageException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.http.BucketFolder;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GcsFailuresTest {

    private static final GcsFailures FAILURES =
            new GcsFailures(new BucketFolder("bucket", "app/", "gs://bucket/app"), "bucket bucket at http://h:1");

    static List<Arguments> failuresOfTheNetwork() {
        return List.of(
                Arguments.of(new UnknownHostException("h"), "no such host (h); check endpoint"),
                Arguments.of(
                        new SocketTimeoutException("Read timed out"),
                        "no answer in time from bucket bucket at http://h:1"),
                Arguments.of(new ConnectException("refused"), "cannot connect to bucket bucket at http://h:1"),
                Arguments.of(new SocketException("reset\nby peer"), "reset by peer; try again later"),
                Arguments.of(new IOException("x", new ConnectException("refused")), "cannot connect"),
                Arguments.of(new StorageException(0, "x", new SocketTimeoutException()), "no answer in time"),
                Arguments.of(new IllegalStateException(), "IllegalStateException; try again later"));
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheNetwork")
    void failureOfTheNetworkMayPass(Exception failure, String says) {
        TailraceException typed = FAILURES.typed("cannot list gs://bucket/app", failure);
        assertThat(typed)
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageStartingWith("cannot list gs://bucket/app: ")
                .hasMessageContaining(says)
                .hasCause(failure)
                .hasMessageNotContaining("\n");
        assertThat(typed.location()).contains("gs://bucket/app");
    }

    @Test
    void certificateThatNobodyTrustsDoesNotPass() {
        SSLHandshakeException failure = new SSLHandshakeException("PKIX path building failed");
        failure.initCause(new CertificateException("unknown"));
        assertThat(FAILURES.typed("cannot list", failure))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("certificate of the server is not trusted");
    }

    @Test
    void machineWithoutAnAccountHasNoCredentials() {
        CredentialsFailure failure = new CredentialsFailure(
                "ComputeEngineCredentials cannot find the metadata server. This is likely because code is not running on"
                        + " Google Compute Engine.",
                new UnknownHostException("metadata.google.internal"));
        assertThat(FAILURES.typed("cannot list", failure))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining("no credentials found; set GOOGLE_APPLICATION_CREDENTIALS");
    }
}
