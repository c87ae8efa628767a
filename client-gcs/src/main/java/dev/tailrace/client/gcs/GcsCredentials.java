// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.gcs;

import com.google.auth.Credentials;
import com.google.auth.oauth2.ComputeEngineCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.NoCredentials;
import dev.tailrace.error.ReplicaUrlException;
import dev.tailrace.store.StoreSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Who is asking. The first of these that is there: nobody, if the options say {@code anonymous} or the endpoint is plain http
 * and no file is named; the file of {@code key-path}; that of {@code GOOGLE_APPLICATION_CREDENTIALS}; the login that the
 * {@code gcloud} command keeps; the account of the machine, asked from its metadata server when it is needed.
 *
 * <p>A file is the key of a service account, the configuration of workload identity, an impersonation or a user's login.
 */
final class GcsCredentials {

    /** What a token is good for: the account's own roles decide within it. */
    private static final List<String> SCOPES = List.of("https://www.googleapis.com/auth/devstorage.read_write");

    private static final int LARGEST_FILE = 1 << 20;

    static final String NONE = "no credentials found; set GOOGLE_APPLICATION_CREDENTIALS to the path of a key file, run"
            + " gcloud auth application-default login, or add anonymous=true to the URL of a public bucket";

    private GcsCredentials() {}

    /**
     * Reads the file that there is; servers are asked when a token is needed.
     *
     * @throws CredentialsFailure if a file cannot be read, or there is nothing at all
     * @throws ReplicaUrlException if they would be sent where anybody can read them
     */
    static Credentials of(GcsUrl place, GcsOptions options, StoreSettings settings) throws CredentialsFailure {
        boolean plain = place.endpoint().filter(GcsEndpoint::isPlain).isPresent();
        Optional<String> named = options.text("key-path");
        if (options.flag("anonymous").orElse(plain && named.isEmpty())) {
            return NoCredentials.getInstance();
        }
        if (plain && !place.endpoint().filter(GcsEndpoint::isLoopback).isPresent()) {
            throw new ReplicaUrlException("credentials would go over the network as plain text: " + place.url()
                    + "; use an https endpoint, or add anonymous=true");
        }
        if (named.isPresent()) {
            return ofFile(path(named.get(), "key-path"), "key-path");
        }
        Optional<String> variable = settings.environment("GOOGLE_APPLICATION_CREDENTIALS");
        if (variable.isPresent()) {
            return ofFile(path(variable.get(), "GOOGLE_APPLICATION_CREDENTIALS"), "GOOGLE_APPLICATION_CREDENTIALS");
        }
        Path login = gcloudFolder(settings).resolve("application_default_credentials.json");
        if (Files.exists(login)) {
            return ofFile(login, "the login of gcloud");
        }
        if (settings.environment("NO_GCE_CHECK")
                .filter("true"::equalsIgnoreCase)
                .isPresent()) {
            throw new CredentialsFailure(NONE, null);
        }
        return ComputeEngineCredentials.create();
    }

    private static Path gcloudFolder(StoreSettings settings) throws CredentialsFailure {
        Optional<String> chosen = settings.environment("CLOUDSDK_CONFIG");
        if (chosen.isPresent()) {
            return path(chosen.get(), "CLOUDSDK_CONFIG");
        }
        Optional<String> roaming = settings.environment("APPDATA");
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        return windows && roaming.isPresent()
                ? path(roaming.get(), "APPDATA").resolve("gcloud")
                : Path.of(System.getProperty("user.home", ""), ".config", "gcloud");
    }

    private static Path path(String text, String origin) throws CredentialsFailure {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new CredentialsFailure(origin + " is no path of a file: " + e.getReason(), e);
        }
    }

    private static Credentials ofFile(Path file, String origin) throws CredentialsFailure {
        String what = "credentials file " + file + " (" + origin + ")";
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(LARGEST_FILE + 1);
        } catch (NoSuchFileException e) {
            throw new CredentialsFailure(what + " does not exist; check its path", e);
        } catch (IOException e) {
            throw new CredentialsFailure(
                    what + " cannot be read: " + e.getMessage() + "; check path and permissions", e);
        }
        try {
            if (content.length > LARGEST_FILE) {
                throw new IOException("larger than " + LARGEST_FILE + " bytes");
            }
            GoogleCredentials credentials = GoogleCredentials.fromStream(new ByteArrayInputStream(content));
            return credentials.createScopedRequired() ? credentials.createScoped(SCOPES) : credentials;
        } catch (IOException | RuntimeException e) {
            // Without what the parser says, and without the cause: it may quote the file.
            throw new CredentialsFailure(
                    what
                            + " holds no credentials that can be used; it must be the JSON file of a service account's key, of"
                            + " workload identity or of a login",
                    null);
        }
    }
}
