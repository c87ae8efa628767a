// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.util.Configuration;
import com.azure.core.util.ConfigurationBuilder;
import com.azure.identity.DefaultAzureCredentialBuilder;
import dev.tailrace.store.StoreSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Logins by Azure's default chain: variables of the environment, workload identity, managed identity, and what is logged in
 * on this machine. The only class that touches the library for it, which need not be there: ask {@link #isAvailable} before.
 */
final class AzureLogin {

    private static final List<String> VARIABLES = List.of(
            Configuration.PROPERTY_AZURE_TENANT_ID,
            Configuration.PROPERTY_AZURE_CLIENT_ID,
            Configuration.PROPERTY_AZURE_CLIENT_SECRET,
            Configuration.PROPERTY_AZURE_CLIENT_CERTIFICATE_PATH,
            Configuration.PROPERTY_AZURE_CLIENT_CERTIFICATE_PASSWORD,
            Configuration.PROPERTY_AZURE_AUTHORITY_HOST,
            Configuration.PROPERTY_IDENTITY_ENDPOINT,
            Configuration.PROPERTY_IDENTITY_HEADER,
            Configuration.PROPERTY_MSI_ENDPOINT,
            Configuration.PROPERTY_MSI_SECRET,
            Configuration.PROPERTY_HTTP_PROXY,
            Configuration.PROPERTY_HTTPS_PROXY,
            Configuration.PROPERTY_NO_PROXY,
            "AZURE_FEDERATED_TOKEN_FILE",
            "AZURE_TOKEN_CREDENTIALS");

    private AzureLogin() {}

    /** Whether the library for it is there. */
    static boolean isAvailable() {
        try {
            Class.forName("com.azure.identity.DefaultAzureCredentialBuilder", false, AzureLogin.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Asks nobody yet. */
    static TokenCredential chain(StoreSettings settings) {
        Map<String, String> environment = new HashMap<>();
        for (String variable : VARIABLES) {
            settings.environment(variable).ifPresent(value -> environment.put(variable, value));
        }
        Configuration configuration =
                new ConfigurationBuilder(path -> Map.of(), path -> Map.of(), path -> environment).build();
        return new DefaultAzureCredentialBuilder().configuration(configuration).build();
    }
}
