// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.common.StorageSharedKeyCredential;
import dev.tailrace.store.StoreSettings;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Who is asking. The first of these that is there: nobody, if the options say {@code anonymous}; {@code sas-token},
 * {@code account-key}, {@code connection-string} of the settings; the same of the environment, of Litestream's variables
 * before Azure's; then a login, where the library for it is there.
 *
 * @param source where they come from, for messages: never a secret
 * @param giveTo sets them
 */
record AzureCredentials(String source, Consumer<BlobContainerClientBuilder> giveTo) {

    private static final String NONE =
            "no credentials found: set LITESTREAM_AZURE_ACCOUNT_KEY, LITESTREAM_AZURE_SAS_TOKEN"
                    + " or AZURE_STORAGE_CONNECTION_STRING, or add anonymous=true to the URL of a public container";

    /**
     * Where credentials come from; who logs in does so when it is needed.
     *
     * @throws CredentialsFailure if there are none, or such that cannot be used
     */
    static AzureCredentials of(
            AzureUrl place, AzureOptions options, StoreSettings settings, Optional<ConnectionString> connection) {
        if (options.flag("anonymous")) {
            return new AzureCredentials("nobody (anonymous=true)", BlobContainerClientBuilder::setAnonymousAccess);
        }
        Optional<ConnectionString> ofSettings =
                connection.filter(known -> settings.value("connection-string").isPresent());
        return settings.value("sas-token")
                .filter(text -> !text.isBlank())
                .map(token -> sharedAccess("sas-token", token))
                .or(() -> settings.value("account-key")
                        .filter(text -> !text.isBlank())
                        .map(key -> accountKey("account-key", place.account(), key)))
                .or(() -> ofSettings.flatMap(known -> of(place, known)))
                .or(() -> variable(settings, "SAS_TOKEN", "SAS_TOKEN")
                        .map(named -> sharedAccess(named.name(), named.value())))
                .or(() -> variable(settings, "ACCOUNT_KEY", "KEY")
                        .map(named -> accountKey(named.name(), place.account(), named.value())))
                .or(() -> connection.flatMap(known -> of(place, known)))
                .orElseGet(() -> login(place, settings));
    }

    private record Named(String name, String value) {}

    private static Optional<Named> variable(StoreSettings settings, String litestream, String azure) {
        return named(settings, "LITESTREAM_AZURE_" + litestream).or(() -> named(settings, "AZURE_STORAGE_" + azure));
    }

    private static Optional<Named> named(StoreSettings settings, String name) {
        return settings.environment(name).map(value -> new Named(name, value));
    }

    private static Optional<AzureCredentials> of(AzureUrl place, ConnectionString connection) {
        if (connection.account().isPresent() && !connection.account().get().equals(place.account())) {
            throw new CredentialsFailure(
                    connection.source() + " is for the account "
                            + connection.account().get() + ", not for " + place.account()
                            + "; set it for that one, or write the other into the URL",
                    null);
        }
        return connection
                .sharedAccessSignature()
                .map(token -> sharedAccess(connection.source(), token))
                .or(() -> connection.accountKey().map(key -> accountKey(connection.source(), place.account(), key)));
    }

    private static AzureCredentials sharedAccess(String source, String token) {
        String plain = token.strip().replaceFirst("^\\?", "");
        if (!plain.contains("sig=")) {
            throw new CredentialsFailure(
                    source + " holds no shared access signature; it is written as sv=...&sp=...&sig=...", null);
        }
        return new AzureCredentials("the shared access signature of " + source, builder -> builder.sasToken(plain));
    }

    private static AzureCredentials accountKey(String source, String account, String key) {
        String plain = key.strip();
        try {
            Base64.getDecoder().decode(plain);
        } catch (IllegalArgumentException e) {
            // Without the cause, which quotes a character of the key.
            throw new CredentialsFailure(
                    source
                            + " holds no account key: it is not written in Base64; copy it from the account's access keys",
                    null);
        }
        return new AzureCredentials(
                "the account key of " + source,
                builder -> builder.credential(new StorageSharedKeyCredential(account, plain)));
    }

    private static AzureCredentials login(AzureUrl place, StoreSettings settings) {
        if (!AzureLogin.isAvailable()) {
            throw new CredentialsFailure(
                    NONE + "; for managed identities and other logins add the jar com.azure:azure-identity", null);
        }
        if (!place.endpoint().isEncrypted()) {
            throw new CredentialsFailure(
                    NONE + "; a login is sent over https only, and the endpoint is " + place.endpoint(), null);
        }
        return new AzureCredentials(
                "the login that Azure's default chain finds",
                builder -> builder.credential(AzureLogin.chain(settings)));
    }
}
