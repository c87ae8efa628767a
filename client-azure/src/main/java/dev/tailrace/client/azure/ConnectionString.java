// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import dev.tailrace.store.StoreSettings;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a connection string of the portal says. It holds secrets, so its text is shown nowhere.
 *
 * @param source where it was found, for messages
 * @param endpoint of the blobs
 */
record ConnectionString(
        String source,
        Optional<String> account,
        Optional<String> accountKey,
        Optional<String> sharedAccessSignature,
        Optional<String> endpoint) {

    /** The emulator's account and key are published, and the same everywhere. */
    private static final String EMULATOR_ACCOUNT = "devstoreaccount1";

    private static final String EMULATOR_KEY =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /**
     * The one of the settings, else of the environment; empty if there is none.
     *
     * @throws CredentialsFailure if it is not of this form
     */
    static Optional<ConnectionString> of(StoreSettings settings) {
        return settings.value("connection-string")
                .filter(text -> !text.isBlank())
                .map(text -> parse("connection-string", text))
                .or(() -> settings.environment("AZURE_STORAGE_CONNECTION_STRING")
                        .map(text -> parse("AZURE_STORAGE_CONNECTION_STRING", text)));
    }

    static ConnectionString parse(String source, String text) {
        Map<String, String> parts = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String part : text.strip().split(";", -1)) {
            int equals = part.indexOf('=');
            if (part.isBlank()) {
                continue;
            }
            if (equals <= 0) {
                throw new CredentialsFailure(
                        source + " is no connection string; it is written as AccountName=...;AccountKey=...", null);
            }
            parts.put(
                    part.substring(0, equals).strip(),
                    part.substring(equals + 1).strip());
        }
        if ("true".equalsIgnoreCase(parts.get("UseDevelopmentStorage"))) {
            return new ConnectionString(
                    source,
                    Optional.of(EMULATOR_ACCOUNT),
                    Optional.of(EMULATOR_KEY),
                    Optional.empty(),
                    Optional.of("http://127.0.0.1:10000/" + EMULATOR_ACCOUNT));
        }
        Optional<String> endpoint = part(parts, "BlobEndpoint");
        Optional<String> account = part(parts, "AccountName")
                .or(() -> endpoint.flatMap(address -> AzureEndpoint.accountOfHost(
                        address.replaceFirst("^[a-zA-Z]+://", "").replaceFirst("[:/].*", ""))));
        String scheme = part(parts, "DefaultEndpointsProtocol").orElse("https").toLowerCase(Locale.ROOT);
        String suffix = part(parts, "EndpointSuffix").orElse("core.windows.net");
        return new ConnectionString(
                source,
                account,
                part(parts, "AccountKey"),
                part(parts, "SharedAccessSignature"),
                endpoint.or(() -> account.map(name -> scheme + "://" + name + ".blob." + suffix)));
    }

    private static Optional<String> part(Map<String, String> parts, String name) {
        return Optional.ofNullable(parts.get(name)).filter(value -> !value.isEmpty());
    }

    /** Without what it holds. */
    @Override
    public String toString() {
        return source + account.map(name -> " of account " + name).orElse("");
    }
}
