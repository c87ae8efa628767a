// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProviders;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderUrlTest {

    @ParameterizedTest
    @CsvSource({
        "file:///abs/path, /abs/path",
        "file:/abs/path, /abs/path",
        "FILE:///abs, /abs",
        "file:///abs/path///, /abs/path",
        "file:///abs/./x/../path/, /abs/path",
        "file:///../../abs, /abs",
        "file:///with%20space, /with space",
        "file:///a%3Fb, /a?b",
        "file:///100%, /100%",
        "file:///, /",
        "file:///~/x, /~/x",
        "file:///C:/x, /C:/x",
        "file:rel/path, CWD/rel/path",
        "file:./rel, CWD/rel",
        "file:., CWD",
        "file://./rel, CWD/rel",
        "file://../rel, CWD/../rel",
        "file://relative/path, CWD/relative/path",
        "file://relative, CWD/relative",
        "file://localhost/abs, CWD/localhost/abs",
        "file://host:80/x, CWD/host:80/x",
        "file:~, HOME",
        "file:~/x/, HOME/x",
        "file://~/x, HOME/x",
        "file://~, HOME",
        "file:~user/x, CWD/~user/x",
    })
    void readsWhatUsersWrite(String url, String path) {
        Path expected = Path.of(path.replace("CWD", Path.of("").toAbsolutePath().toString())
                        .replace("HOME", System.getProperty("user.home")))
                .normalize();

        assertThat(FolderUrl.read(ReplicaUrl.parse(url)).folder()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "file:///C:/x, C:/x",
        "file:/C:/x, C:/x",
        "file:C:/x, C:/x",
        "file://C:/x, C:/x",
        "file:///c:, c:/",
        "file:///abs, /abs",
        "file:~/x, home/x",
    })
    void readsDrivesOnWindows(String url, String path) {
        assertThat(FolderUrl.read(ReplicaUrl.parse(url), "home", true).path()).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:", "file://", "file:%20", "file:// "})
    void requiresAPath(String url) {
        assertThatThrownBy(() -> FolderUrl.read(ReplicaUrl.parse(url)))
                .isInstanceOf(ReplicaUrlException.class)
                .hasMessageContaining("file replica path required");
    }

    @Test
    void refusesOptionsByName() {
        assertThatThrownBy(() -> FolderUrl.read(ReplicaUrl.parse("file:///abs?region=x&secretKey=hidden")))
                .isInstanceOf(ReplicaUrlException.class)
                .hasMessageContaining("region, secretKey")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void refusesAUser() {
        assertThatThrownBy(() -> FolderUrl.read(ReplicaUrl.parse("file://me:hidden@host/x")))
                .isInstanceOf(ReplicaUrlException.class)
                .hasMessageContaining("no user")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void warnsOfAHostThatIsReadAsAFolder() {
        assertThat(warning("file://relative/path"))
                .contains("file://relative/path is read as the relative path relative/path; write"
                        + " file:///relative/path if an absolute one is meant, or file:relative/path");
        assertThat(warning("file://localhost/path")).isPresent();
        for (String clear : List.of("file:///abs", "file:rel", "file://./rel", "file://~/x", "file:/abs")) {
            assertThat(warning(clear)).as(clear).isEmpty();
        }
    }

    @Test
    void providerIsFoundByItsScheme() throws IOException {
        ReplicaUrl url = ReplicaUrl.parse("file:///no/such/folder/");
        try (ObjectStore store =
                ObjectStoreProviders.installed().forScheme("file").open(url, StoreSettings.defaults())) {
            assertThat(store.location()).isEqualTo("file:///no/such/folder");
            assertThat(store.listFolders("")).isEmpty();
        }
    }

    private static Optional<String> warning(String url) {
        return FolderUrl.read(ReplicaUrl.parse(url)).warning();
    }
}
