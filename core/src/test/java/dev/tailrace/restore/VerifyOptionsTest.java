// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailrace.replica.Generation;
import dev.tailrace.replica.Position;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class VerifyOptionsTest {

    private static final Generation A = new Generation("aaaaaaaaaaaaaaaa");
    private static final Generation B = new Generation("bbbbbbbbbbbbbbbb");
    private static final Position POSITION = new Position(A, 1, 0);

    @Test
    void refuseNumbersThatMeanNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerifyOptions.builder().maxAge(Duration.ofNanos(-1)))
                .withMessageContaining("cannot be negative");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerifyOptions.builder().requests(0))
                .withMessageContaining("at least one request");
        assertThat(VerifyOptions.builder().maxAge(Duration.ZERO).build().maxAge())
                .contains(Duration.ZERO);
        assertThat(VerifyOptions.builder().requests(1).build().requests()).isEqualTo(1);
    }

    @Test
    void takeNoParallelismForTheDefault() {
        assertThat(VerifyOptions.builder().parallelism(0).build().parallelism())
                .isEqualTo(RestoreOptions.DEFAULT_PARALLELISM);
        assertThat(VerifyOptions.builder().parallelism(3).build().parallelism()).isEqualTo(3);
    }

    @Test
    void goOnFromAPositionOnlyWhereThatCanBe() {
        for (VerifyLevel level : VerifyLevel.values()) {
            VerifyOptions.Builder options =
                    VerifyOptions.builder().since(POSITION).level(level);
            if (level == VerifyLevel.DATA) {
                assertThat(options.build().since()).contains(POSITION);
            } else {
                assertThatIllegalArgumentException()
                        .isThrownBy(options::build)
                        .withMessageContaining("only the level data");
            }
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        VerifyOptions.builder().since(POSITION).generation(B).build())
                .withMessageContaining("does not lie in generation " + B);
        assertThat(VerifyOptions.builder().since(POSITION).generation(A).build().generation())
                .contains(A);
    }

    @Test
    void areThoseOfTheRestoreThatProvesIt() {
        Executor executor = Runnable::run;
        DatabaseCheck check = database -> {};
        RestoreListener listener = new RestoreListener() {};
        InstantSource clock = InstantSource.fixed(Instant.EPOCH);
        VerifyOptions options = VerifyOptions.builder()
                .level(VerifyLevel.RESTORE)
                .generation(A)
                .parallelism(1)
                .requests(11)
                .executor(executor)
                .scratchFolder(Path.of("scratch"))
                .check(check)
                .listener(listener)
                .clock(clock)
                .build();

        assertThat(options.level()).isEqualTo(VerifyLevel.RESTORE);
        assertThat(options.executor()).containsSame(executor);
        assertThat(options.scratchFolder()).contains(Path.of("scratch"));
        RestoreOptions restore = options.restore();
        assertThat(restore.target()).isEqualTo(RestoreTarget.latest());
        assertThat(restore.generation()).contains(A);
        assertThat(restore.parallelism()).isEqualTo(1);
        assertThat(restore.requests()).isEqualTo(11);
        assertThat(restore.executor()).containsSame(executor);
        assertThat(restore.check()).isSameAs(check);
        assertThat(restore.listener()).isSameAs(listener);
        assertThat(restore.clock()).isSameAs(clock);
        assertThat(restore.bestEffort()).isFalse();
    }

    @Test
    void readAllDataOfEveryGenerationByDefault() {
        VerifyOptions options = VerifyOptions.defaults();

        assertThat(options.level()).isEqualTo(VerifyLevel.DATA);
        assertThat(options.generation()).isEmpty();
        assertThat(options.since()).isEmpty();
        assertThat(options.maxAge()).isEmpty();
        assertThat(options.executor()).isEmpty();
        assertThat(options.scratchFolder()).isEmpty();
        assertThat(options.check()).isSameAs(DatabaseCheck.NONE);
        assertThat(options.listener()).isSameAs(RestoreListener.NONE);
    }
}
