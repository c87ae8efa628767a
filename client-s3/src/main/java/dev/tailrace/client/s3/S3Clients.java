// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.store.StoreSettings;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.spi.scheme.AuthSchemeOption;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.auth.scheme.S3AuthSchemeProvider;
import software.amazon.awssdk.utils.AttributeMap;

/** Builds the SDK's client for a place: what its provider wants, unless the options say something else. */
final class S3Clients {

    private static final String ANYWHERE = "us-east-1";

    private S3Clients() {}

    static S3Client build(
            S3Url place,
            S3Options options,
            StoreSettings settings,
            S3Profile profile,
            AwsCredentialsProvider credentials) {
        S3Provider provider = place.provider();
        Optional<String> region = place.region().or(profile::region);
        boolean regionIsKnown =
                options.text("region").isPresent() || place.endpoint().isPresent() || place.isAccessPoint();
        boolean extras = options.flag("checksums").orElse(provider.sdkExtras());
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(region.orElse(ANYWHERE)))
                .credentialsProvider(credentials)
                .httpClient(httpClient(options, settings))
                .overrideConfiguration(override(provider, profile))
                // A bucket may be anywhere; the SDK asks where it is when the first answer says "not here".
                .crossRegionAccessEnabled(!regionIsKnown)
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(pathStyle(place, options))
                        .chunkedEncodingEnabled(extras)
                        .useArnRegionEnabled(true)
                        .expectContinueEnabled(false)
                        .build())
                .requestChecksumCalculation(
                        extras ? RequestChecksumCalculation.WHEN_SUPPORTED : RequestChecksumCalculation.WHEN_REQUIRED)
                // Core proves every byte of a replica itself, and half of all stores know nothing of this.
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        place.endpoint().ifPresent(builder::endpointOverride);
        if (options.flag("sign-payload").orElse(provider.signPayload())) {
            builder.authSchemeProvider(signingPayloads());
        }
        if (options.flag("require-content-md5").orElse(provider.contentMd5())) {
            builder.addPlugin(LegacyMd5Plugin.create());
        }
        return builder.build();
    }

    /** Dots in a bucket's name make a host that no certificate covers. An access point has no path style. */
    private static boolean pathStyle(S3Url place, S3Options options) {
        return !place.isAccessPoint()
                && options.flag("force-path-style")
                        .orElse(place.provider().pathStyle() || place.bucket().contains("."));
    }

    private static ClientOverrideConfiguration override(S3Provider provider, S3Profile profile) {
        ClientOverrideConfiguration.Builder override = ClientOverrideConfiguration.builder()
                .retryStrategy(new BriefRetries())
                .defaultProfileFile(profile.file())
                .defaultProfileName(profile.name())
                .putAdvancedOption(SdkAdvancedClientOption.USER_AGENT_SUFFIX, "tailrace")
                .addExecutionInterceptor(new BoundedAnswers());
        provider.headers().forEach(override::putHeader);
        return override.build();
    }

    private static SdkHttpClient httpClient(S3Options options, StoreSettings settings) {
        AttributeMap trust = AttributeMap.builder()
                .put(
                        SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES,
                        options.flag("skip-verify").orElse(false))
                .build();
        return UrlConnectionHttpClient.builder()
                .connectionTimeout(settings.connectTimeout())
                .socketTimeout(settings.stallTimeout())
                .buildWithDefaults(trust);
    }

    private static S3AuthSchemeProvider signingPayloads() {
        S3AuthSchemeProvider usual = S3AuthSchemeProvider.defaultProvider();
        return parameters -> usual.resolveAuthScheme(parameters).stream()
                .map(S3Clients::signingPayload)
                .toList();
    }

    private static AuthSchemeOption signingPayload(AuthSchemeOption option) {
        return option.toBuilder()
                .putSignerProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, true)
                .build();
    }
}
