// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AzureUrlTest {

    private static final StoreSettings NOTHING = StoreSettings.defaults().withEnvironment(Map.of());
    private static final String KEY = "cGw0bnRlZC1rZXktb2Ytbm9ib2R5";

    private static String understood(String url, StoreSettings settings) {
        ReplicaUrl parsed = ReplicaUrl.parse(url);
        return AzureUrl.read(parsed, AzureOptions.of(parsed, settings), settings, ConnectionString.of(settings))
                .understood();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "abs://acc@box/app | container box, path app, account acc at https://acc.blob.core.windows.net",
                "abs://acc@box | container box, account acc at https://acc.blob.core.windows.net",
                "abs://acc@box/a//b/../c/ | container box, path a/c, account acc at https://acc.blob.core.windows.net",
                "abs://acc/box/app | container box, path app, account acc at https://acc.blob.core.windows.net",
                "abs://box/app?accountName=acc | container box, path app, account acc at https://acc.blob.core.windows.net",
                "abs://acc.blob.core.windows.net/box | container box, account acc at https://acc.blob.core.windows.net",
                "abs://acc@acc.blob.core.windows.net/box | container box, account acc at https://acc.blob.core.windows.net",
                "abs://acc.blob.core.chinacloudapi.cn/box | container box, account acc at https://acc.blob.core.chinacloudapi.cn",
                "abs://acc@box?endpoint=127.0.0.1:10000 | container box, account acc at http://127.0.0.1:10000/acc",
                "abs://acc@127.0.0.1:10000/box/app | container box, path app, account acc at http://127.0.0.1:10000/acc",
                "abs://box?endpoint=http://localhost:1/acc/ | container box, account acc at http://localhost:1/acc",
                "abs://acc@box?endpoint=blobs.example.com | container box, account acc at https://blobs.example.com/acc"
            })
    void understandsEveryFormOfUrl(String url, String understood) {
        assertThat(understood(url, NOTHING)).isEqualTo(understood);
    }

    @Test
    void takesAccountAndEndpointFromAConnectionString() {
        StoreSettings settings = StoreSettings.defaults()
                .withEnvironment(Map.of(
                        "AZURE_STORAGE_CONNECTION_STRING",
                        "AccountName=acc;AccountKey=" + KEY + ";EndpointSuffix=core.usgovcloudapi.net"));
        assertThat(understood("abs://box/app", settings))
                .isEqualTo("container box, path app, account acc at https://acc.blob.core.usgovcloudapi.net");
        assertThat(ConnectionString.of(settings).orElseThrow().toString()).doesNotContain(KEY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abs://acc@Box/app",
                "abs://acc@b/app",
                "abs://A_c@box/app",
                "abs://one@two.blob.core.windows.net/box",
                "abs://acc@box?nonsense=1",
                "abs://acc@box?endpoint=ftp://host",
                "abs://acc:c2VjcmV0@box/app",
                "abs://acc@box?accountKey=cGw0bnRlZC1r",
                "abs://acc@box?sv=2024&sp=rl&sig=c2VjcmV0"
            })
    void refusesOtherUrlsWithoutTheirSecrets(String url) {
        assertThatThrownBy(() -> understood(url, NOTHING))
                .isInstanceOf(ReplicaUrlException.class)
                .hasMessageNotContaining("c2VjcmV0");
    }

    @Test
    void prefersSignaturesToKeysAndLitestreamsVariablesToAzures() {
        List<String> order = List.of(
                "LITESTREAM_AZURE_SAS_TOKEN",
                "AZURE_STORAGE_SAS_TOKEN",
                "LITESTREAM_AZURE_ACCOUNT_KEY",
                "AZURE_STORAGE_KEY",
                "AZURE_STORAGE_CONNECTION_STRING");
        Map<String, String> left = new LinkedHashMap<>();
        for (String variable : order) {
            String value = variable.endsWith("SAS_TOKEN") ? "sv=1&sig=a" : KEY;
            left.put(variable, variable.endsWith("STRING") ? "AccountName=acc;AccountKey=" + KEY : value);
        }
        for (String variable : order) {
            assertThat(source(StoreSettings.defaults().withEnvironment(left))).endsWith(" of " + variable);
            left.remove(variable);
        }
        assertThat(source(NOTHING)).isEqualTo("the login that Azure's default chain finds");
    }

    private static String source(StoreSettings settings) {
        ReplicaUrl url = ReplicaUrl.parse("abs://acc@box/app");
        AzureOptions options = AzureOptions.of(url, settings);
        var connection = ConnectionString.of(settings);
        AzureUrl place = AzureUrl.read(url, options, settings, connection);
        AzureCredentials credentials = AzureCredentials.of(place, options, settings, connection);
        assertThat(credentials.toString()).doesNotContain(KEY).doesNotContain("sig=");
        return credentials.source();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LITESTREAM_AZURE_ACCOUNT_KEY | !pl4nted! | not written in Base64",
                "LITESTREAM_AZURE_SAS_TOKEN | !pl4nted! | no shared access signature",
                "AZURE_STORAGE_CONNECTION_STRING | !pl4nted! | no connection string",
                "AZURE_STORAGE_CONNECTION_STRING | AccountName=other;AccountKey=!pl4nted! | for the account other, not for acc"
            })
    void refusesCredentialsThatCannotBeUsed(String variable, String value, String words) {
        StoreSettings settings = StoreSettings.defaults().withEnvironment(Map.of(variable, value));
        assertThatThrownBy(() -> new AzureObjectStoreProvider().open(ReplicaUrl.parse("abs://acc@box/app"), settings))
                .isInstanceOf(StoreAccessException.class)
                .hasMessageContaining(words)
                .hasMessageContaining(variable)
                .hasMessageNotContaining("!pl4nted!");
    }
}
