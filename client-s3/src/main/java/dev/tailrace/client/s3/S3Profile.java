// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.s3;

import dev.tailrace.store.StoreSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import software.amazon.awssdk.profiles.ProfileFile;

/**
 * The profile in Amazon's two files of settings.
 *
 * @param file both of them
 * @param name of the profile; it need not be there
 * @param chosen whether somebody has named it
 */
record S3Profile(ProfileFile file, String name, boolean chosen) {

    /**
     * Reads the files that the environment names, else those in the user's home, if they are there.
     *
     * @throws IllegalArgumentException if a file cannot be understood
     */
    static S3Profile read(S3Options options, StoreSettings settings) {
        Optional<String> chosen = options.text("profile").or(() -> settings.environment("AWS_PROFILE"));
        Path folder = Path.of(System.getProperty("user.home", "."), ".aws");
        ProfileFile.Aggregator files = ProfileFile.aggregator();
        addTo(
                files,
                settings.environment("AWS_CONFIG_FILE").map(Path::of).orElse(folder.resolve("config")),
                ProfileFile.Type.CONFIGURATION);
        addTo(
                files,
                settings.environment("AWS_SHARED_CREDENTIALS_FILE")
                        .map(Path::of)
                        .orElse(folder.resolve("credentials")),
                ProfileFile.Type.CREDENTIALS);
        return new S3Profile(files.build(), chosen.orElse("default"), chosen.isPresent());
    }

    private static void addTo(ProfileFile.Aggregator files, Path path, ProfileFile.Type type) {
        if (Files.isReadable(path)) {
            files.addFile(ProfileFile.builder().content(path).type(type).build());
        }
    }

    /** Whether the files hold it. */
    boolean exists() {
        return file.profile(name).isPresent();
    }

    /** Its region. */
    Optional<String> region() {
        return file.profile(name).flatMap(profile -> profile.property("region"));
    }
}
