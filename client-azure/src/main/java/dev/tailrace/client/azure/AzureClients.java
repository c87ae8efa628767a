// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.ClientOptions;
import com.azure.core.util.MetricsOptions;
import com.azure.core.util.TracingOptions;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.blob.BlobServiceVersion;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import dev.tailrace.store.StoreSettings;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Builds the SDK's client for a place. */
final class AzureClients {

    private AzureClients() {}

    /** @param threads for what Java's HTTP client does in the background */
    static BlobContainerClient build(
            AzureUrl place, AzureCredentials credentials, StoreSettings settings, Executor threads) {
        BlobContainerClientBuilder builder = new BlobContainerClientBuilder()
                .endpoint(place.endpoint().toString())
                .containerName(place.container())
                // What is asked for is older; emulators and clouds of their own lag behind the newest.
                .serviceVersion(BlobServiceVersion.V2022_11_02)
                .httpClient(httpClient(settings, threads))
                // Tries again what BriefRetries does not.
                .retryOptions(new RequestRetryOptions(RetryPolicyType.FIXED, 1, (Duration) null, null, null, null))
                .addPolicy(new BriefRetries())
                .addPolicy(new RequestForm(settings.stallTimeout()))
                .addPolicy(new BoundedAnswers(settings.stallTimeout()))
                .clientOptions(new ClientOptions()
                        .setApplicationId("tailrace")
                        .setTracingOptions(new TracingOptions().setEnabled(false))
                        .setMetricsOptions(new MetricsOptions().setEnabled(false)));
        credentials.giveTo().accept(builder);
        return builder.buildClient();
    }

    private static HttpClient httpClient(StoreSettings settings, Executor threads) {
        return new RequestsWithoutBody(new JdkHttpClientBuilder(
                        java.net.http.HttpClient.newBuilder().followRedirects(java.net.http.HttpClient.Redirect.NEVER))
                .executor(threads)
                .connectionTimeout(settings.connectTimeout())
                .responseTimeout(settings.stallTimeout())
                // It would take each read of a few KiB to another thread; StallWatch does the same for less.
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .build());
    }
}
