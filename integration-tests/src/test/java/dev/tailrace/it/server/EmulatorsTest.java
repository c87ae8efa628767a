// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmulatorsTest {
    /** A moving name would be another server tomorrow, and is looked for in a registry where there is none. */
    @ParameterizedTest
    @ValueSource(strings = {"IMAGE_S3", "IMAGE_GCS", "IMAGE_AZURE", "IMAGE_SFTP", "IMAGE_TOXIPROXY"})
    void namesImagesWithTheirVersion(String variable) {
        assertThat(Emulators.image(variable).getVersionPart()).isNotEqualTo("latest");
    }
}
