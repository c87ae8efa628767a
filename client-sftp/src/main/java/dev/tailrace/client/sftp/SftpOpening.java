// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.error.TailraceException;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.store.StoreSettings;
import java.nio.file.Path;

/** From a URL to a store; apart from the provider, which must load no class of the library's before it is asked to open. */
final class SftpOpening {

    private static final System.Logger LOGGER = System.getLogger(SftpOpening.class.getName());

    private SftpOpening() {}

    static SftpObjectStore open(ReplicaUrl url, StoreSettings settings) throws TailraceException {
        SftpOptions options = SftpOptions.of(url, settings);
        SftpUrl read = SftpUrl.read(url, settings);
        String location = read.location();
        Path home = Path.of(System.getProperty("user.home", ""));
        HostKeys hostKeys = HostKeys.of(options, location, home);
        if (hostKeys.insecure()) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "HOST KEY OF " + location
                            + " IS NOT CHECKED (insecure-host-key): whoever is on the way can read the"
                            + " password and change every byte; pin the key with ?hostkey=SHA256:… instead");
        }
        Login login = new Login(
                read.host(),
                read.port(),
                read.user(),
                Credentials.find(url, options, settings, location, home),
                hostKeys,
                settings.connectTimeout(),
                settings.stallTimeout());
        return new SftpObjectStore(login, read.path(), location);
    }
}
