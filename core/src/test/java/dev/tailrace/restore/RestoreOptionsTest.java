// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailrace.replica.Generation;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class RestoreOptionsTest {

    private static final Generation GENERATION = new Generation("aaaaaaaaaaaaaaaa");
    private static final Executor EXECUTOR = Runnable::run;
    private static final DatabaseCheck CHECK = database -> {};
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
    private static final RestoreListener LISTENER = new RestoreListener() {};

    /** None of them as it is by default. */
    private static RestoreOptions others() {
        return RestoreOptions.builder()
                .target(RestoreTarget.atIndex(7))
                .generation(GENERATION)
                .snapshotIndex(3)
                .parallelism(5)
                .requests(11)
                .executor(EXECUTOR)
                .fileMode(PosixFilePermissions.fromString("rw-r-----"))
                .bestEffort(true)
                .exact(true)
                .replaceExisting(true)
                .check(CHECK)
                .listener(LISTENER)
                .clock(CLOCK)
                .build();
    }

    private static void assertOthers(RestoreOptions options) {
        assertThat(options.target()).isEqualTo(RestoreTarget.atIndex(7));
        assertThat(options.generation()).contains(GENERATION);
        assertThat(options.snapshotIndex()).hasValue(3);
        assertThat(options.parallelism()).isEqualTo(5);
        assertThat(options.requests()).isEqualTo(11);
        assertThat(options.executor()).containsSame(EXECUTOR);
        assertThat(options.fileMode()).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        assertThat(options.bestEffort()).isTrue();
        assertThat(options.exact()).isTrue();
        assertThat(options.replaceExisting()).isTrue();
        assertThat(options.check()).isSameAs(CHECK);
        assertThat(options.clock()).isSameAs(CLOCK);
    }

    @Test
    void areWhatWasAskedFor() {
        assertOthers(others());
        assertThat(others().listener()).isSameAs(LISTENER);
    }

    /** What only reads beside a restore must look at the same replica in the same way. */
    @Test
    void staySoForWhoeverIsNotToldHowItGoesOn() {
        RestoreOptions silent = others().withoutListener();

        assertOthers(silent);
        assertThat(silent.listener()).isSameAs(RestoreListener.NONE);
    }

    /** A file that only its owner may read, and nothing that replaces, salvages or refuses more than it must. */
    @Test
    void areCautiousByDefault() {
        RestoreOptions options = RestoreOptions.defaults();

        assertThat(options.target()).isEqualTo(RestoreTarget.latest());
        assertThat(options.generation()).isEmpty();
        assertThat(options.snapshotIndex()).isEmpty();
        assertThat(options.parallelism()).isEqualTo(RestoreOptions.DEFAULT_PARALLELISM);
        assertThat(options.requests()).isEqualTo(RestoreOptions.DEFAULT_REQUESTS);
        assertThat(options.executor()).isEmpty();
        assertThat(options.fileMode()).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(options.bestEffort()).isFalse();
        assertThat(options.exact()).isFalse();
        assertThat(options.replaceExisting()).isFalse();
        assertThat(options.listener()).isSameAs(RestoreListener.NONE);
    }

    @Test
    void refuseNumbersThatMeanNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RestoreOptions.builder().requests(0))
                .withMessageContaining("at least one request");
        assertThat(RestoreOptions.builder().requests(1).build().requests()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RestoreOptions.builder().snapshotIndex(-1))
                .withMessageContaining("found -1");
        assertThat(RestoreOptions.builder().snapshotIndex(0).build().snapshotIndex())
                .hasValue(0);
        assertThat(RestoreOptions.builder().parallelism(0).build().parallelism())
                .isEqualTo(RestoreOptions.DEFAULT_PARALLELISM);
        assertThat(RestoreOptions.builder().parallelism(1).build().parallelism())
                .isEqualTo(1);
    }
}
