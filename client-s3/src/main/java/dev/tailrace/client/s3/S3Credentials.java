// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.store.StoreSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Who is asking. The first of these that is there: nobody, if the options say {@code anonymous}; {@code access-key-id} and
 * {@code secret-access-key} of the settings; the profile that the options name; {@code AWS_ACCESS_KEY_ID} and its companions,
 * each replaced by Litestream's variable where it is not set; then as the SDK looks for them: Java's system properties, web
 * identity, the profile of the environment or the default one, a container's role, an instance's role.
 */
final class S3Credentials {

    private static final String NONE = "no credentials found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or"
            + " AWS_PROFILE, or add anonymous=true to the URL of a public bucket (outside of Amazon's machines"
            + " AWS_EC2_METADATA_DISABLED=true spares the wait for them)";

    private S3Credentials() {}

    /**
     * Where credentials come from; files and servers are asked when they are needed.
     *
     * @throws CredentialsFailure if half of a pair is missing, or a profile that was named
     */
    static AwsCredentialsProvider of(S3Options options, StoreSettings settings, S3Profile profile) {
        if (options.flag("anonymous").orElse(false)) {
            return AnonymousCredentialsProvider.create();
        }
        Optional<String> id = settings.value("access-key-id");
        Optional<String> secret = settings.value("secret-access-key");
        if (id.isPresent() || secret.isPresent()) {
            return pair("access-key-id", id, "secret-access-key", secret, settings.value("session-token"));
        }
        if (options.text("profile").isPresent()) {
            return explained(
                    ofProfile(profile),
                    "the profile " + profile.name() + " gives no credentials; log in again, or check it");
        }
        Optional<String> variableId =
                settings.environment("AWS_ACCESS_KEY_ID").or(() -> settings.environment("LITESTREAM_ACCESS_KEY_ID"));
        Optional<String> variableSecret = settings.environment("AWS_SECRET_ACCESS_KEY")
                .or(() -> settings.environment("LITESTREAM_SECRET_ACCESS_KEY"));
        if (variableId.isPresent() || variableSecret.isPresent()) {
            return pair(
                    "AWS_ACCESS_KEY_ID",
                    variableId,
                    "AWS_SECRET_ACCESS_KEY",
                    variableSecret,
                    settings.environment("AWS_SESSION_TOKEN"));
        }
        return explained(found(settings, profile), NONE);
    }

    private static AwsCredentialsProvider pair(
            String idName, Optional<String> id, String secretName, Optional<String> secret, Optional<String> token) {
        if (id.isEmpty() || secret.isEmpty()) {
            String there = id.isPresent() ? idName : secretName;
            throw new CredentialsFailure(
                    there + " is set without " + (id.isPresent() ? secretName : idName) + "; set both, or none", null);
        }
        AwsCredentials credentials = token.isPresent()
                ? AwsSessionCredentials.create(id.get(), secret.get(), token.get())
                : AwsBasicCredentials.create(id.get(), secret.get());
        return StaticCredentialsProvider.create(credentials);
    }

    private static AwsCredentialsProvider found(StoreSettings settings, S3Profile profile) {
        List<AwsCredentialsProvider> chain = new ArrayList<>();
        chain.add(SystemPropertyCredentialsProvider.create());
        Optional<String> token = settings.environment("AWS_WEB_IDENTITY_TOKEN_FILE");
        Optional<String> role = settings.environment("AWS_ROLE_ARN");
        if (token.isPresent() && role.isPresent()) {
            chain.add(WebIdentityTokenFileCredentialsProvider.builder()
                    .webIdentityTokenFile(Path.of(token.get()))
                    .roleArn(role.get())
                    .roleSessionName(
                            settings.environment("AWS_ROLE_SESSION_NAME").orElse("tailrace"))
                    .build());
        }
        if (profile.exists() || profile.chosen()) {
            chain.add(ofProfile(profile));
        }
        if (!profile.chosen()) {
            chain.add(ContainerCredentialsProvider.builder().build());
            chain.add(InstanceProfileCredentialsProvider.builder()
                    .profileFile(profile.file())
                    .profileName(profile.name())
                    .build());
        }
        return AwsCredentialsProviderChain.of(chain.toArray(AwsCredentialsProvider[]::new));
    }

    private static AwsCredentialsProvider ofProfile(S3Profile profile) {
        if (!profile.exists()) {
            throw new CredentialsFailure(
                    "there is no profile " + profile.name() + " in the files of AWS_CONFIG_FILE and"
                            + " AWS_SHARED_CREDENTIALS_FILE, or .aws in the home folder; check its name",
                    null);
        }
        return ProfileCredentialsProvider.builder()
                .profileFile(profile.file())
                .profileName(profile.name())
                .build();
    }

    /** A chain that finds nothing says so in many lines. */
    private static AwsCredentialsProvider explained(AwsCredentialsProvider provider, String message) {
        return () -> {
            try {
                return provider.resolveCredentials();
            } catch (SdkException e) {
                throw new CredentialsFailure(message, e);
            }
        };
    }
}
