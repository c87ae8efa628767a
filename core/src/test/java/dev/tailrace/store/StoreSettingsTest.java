// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoreSettingsTest {

    @Test
    void showsNamesButNoValue() {
        StoreSettings settings = StoreSettings.defaults()
                .with("region", "PL4NTED1")
                .with("access-key-id", "PL4NTED2")
                .withEnvironment(Map.of("AWS_SECRET", "PL4NTED3"));

        assertThat(settings).hasToString("StoreSettings[access-key-id, region]");
        assertThat(settings.value("region")).contains("PL4NTED1");
        assertThat(settings.with("region", "other").value("region")).contains("other");
        assertThat(settings.value("other")).isEmpty();
    }

    @Test
    void takesAnEmptyVariableAsNotSet() {
        StoreSettings settings = StoreSettings.defaults().withEnvironment(Map.of("A", "", "B", "b"));

        assertThat(settings.environment("A")).isEmpty();
        assertThat(settings.environment("B")).contains("b");
        assertThat(settings.environment("PATH")).isEmpty();
    }

    @Test
    void refusesTimesThatAreNone() {
        StoreSettings settings = StoreSettings.defaults().withConnectTimeout(Duration.ofMillis(1));
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofMillis(1));
        assertThat(settings.stallTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThatThrownBy(() -> settings.withStallTimeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> settings.withConnectTimeout(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void valuesOfTheInterfaceRefuseNonsense() {
        ObjectInfo info = new ObjectInfo("k", 5, Instant.EPOCH, Optional.empty(), Optional.of("v"));
        assertThat(ObjectRead.whole(info).range(1, 3)).isEqualTo(new ObjectRead("k", 1, 3, Optional.of("v")));
        assertThatThrownBy(() -> ObjectRead.whole("k").range(3, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ObjectRead.whole("k").range(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ObjectInfo("k", -1, Instant.EPOCH, Optional.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(PutOptions.NONE.recordedAt(Instant.EPOCH).ifVersion("x").recordedAt())
                .contains(Instant.EPOCH);
    }
}
