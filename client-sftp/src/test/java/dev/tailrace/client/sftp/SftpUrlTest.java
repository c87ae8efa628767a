// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ObjectStoreProviders;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SftpUrlTest {

    private static final StoreSettings SETTINGS = StoreSettings.defaults().withEnvironment(Map.of());

    /** The table of docs/sftp.md: a path is absolute, or below the login folder. */
    @ParameterizedTest
    @CsvSource({
        "sftp://jo@host/srv/app, jo, host, 22, /srv/app, sftp://jo@host/srv/app",
        "SFTP://jo@host:2222/srv/app, jo, host, 2222, /srv/app, sftp://jo@host:2222/srv/app",
        "sftp://jo:pl4ntedword@host/srv/app, jo, host, 22, /srv/app, sftp://jo@host/srv/app",
        "sftp://jo%40corp:w%2Fd@host/srv/app, jo@corp, host, 22, /srv/app, sftp://jo%40corp@host/srv/app",
        "sftp://jo@[::1]:2222/srv/app, jo, ::1, 2222, /srv/app, sftp://jo@[::1]:2222/srv/app",
        "sftp://jo@host//srv/./x/..//app/, jo, host, 22, /srv/app, sftp://jo@host/srv/app",
        "sftp://jo@host/../../srv, jo, host, 22, /srv, sftp://jo@host/srv",
        "sftp://jo@host/a%20b/%C3%BC, jo, host, 22, /a b/ü, sftp://jo@host/a b/ü",
        "sftp://jo@host/~/app/db, jo, host, 22, app/db, sftp://jo@host/~/app/db",
        "sftp://jo@host/~, jo, host, 22, '', sftp://jo@host",
        "sftp://jo@host/~/, jo, host, 22, '', sftp://jo@host",
        "sftp://jo@host/, jo, host, 22, '', sftp://jo@host",
        "sftp://jo@host, jo, host, 22, '', sftp://jo@host",
        "sftp://jo@host/~other/app, jo, host, 22, /~other/app, sftp://jo@host/~other/app",
        "sftp://jo@host/x/~/app, jo, host, 22, /x/~/app, sftp://jo@host/x/~/app",
    })
    void readsWhereTheReplicaIs(String url, String user, String host, int port, String path, String location) {
        SftpUrl read = SftpUrl.read(ReplicaUrl.parse(url), SETTINGS);
        assertThat(read).isEqualTo(new SftpUrl(user, host, port, path));
        assertThat(read.location()).isEqualTo(location);
    }

    @Test
    void userMayBeASetting() {
        SftpUrl read = SftpUrl.read(ReplicaUrl.parse("sftp://host/app"), SETTINGS.with("user", "jo"));
        assertThat(read.user()).isEqualTo("jo");
    }

    @ParameterizedTest
    @CsvSource({
        "sftp://host/app, user required for sftp replica",
        "sftp:///app, has no host",
        "sftp://jo@host/~/../app, leads out of the login folder",
        "sftp://jo@host/app?region=x, has no option region",
        "sftp://jo@host/app?host-key=x&hostKey=y, given twice",
        "sftp://jo:pl4ntedword@host/app?insecure-host-key=perhaps, neither true nor false",
    })
    void refusesWhatIsNoPlace(String url, String says) {
        assertThatThrownBy(() -> open(url))
                .isInstanceOf(ReplicaUrlException.class)
                .hasMessageContaining(says);
    }

    @ParameterizedTest
    @ValueSource(strings = {"key-path", "keyPath", "KEY_PATH"})
    void optionsMayBeWrittenInSeveralWays(String name) {
        assertThatThrownBy(() -> open("sftp://jo@host/app?" + name + "=/no/such/file"))
                .hasMessageContaining("cannot read the key file /no/such/file");
    }

    @Test
    void opensWithoutAskingTheServer() throws IOException {
        try (ObjectStore store = open("sftp://jo:pl4ntedword@no-such-host.invalid:2222/srv/app?hostkey=SHA256:"
                + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")) {
            assertThat(store.location()).isEqualTo("sftp://jo@no-such-host.invalid:2222/srv/app");
        }
    }

    private static ObjectStore open(String url) throws IOException {
        ReplicaUrl parsed = ReplicaUrl.parse(url);
        return ObjectStoreProviders.installed().forScheme(parsed.scheme()).open(parsed, SETTINGS);
    }
}
