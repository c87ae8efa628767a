// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import static eu.rekawek.toxiproxy.model.ToxicDirection.DOWNSTREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.testkit.NothingLeftBehind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What every backend makes of connections that go wrong, whatever is spoken over them: a restore is right in the end, or
 * fails typed and soon, and nothing is left of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class TcpFaultsIT {

    private static final Duration STALL = Duration.ofSeconds(2);
    private static final RetryPolicy RETRIES =
            new RetryPolicy(Duration.ofSeconds(30), Duration.ofMillis(20), Duration.ofMillis(500));
    private static final RetryPolicy FEW_RETRIES =
            new RetryPolicy(Duration.ofSeconds(3), Duration.ofMillis(20), Duration.ofMillis(200));
    private static final Duration PROMPT = Duration.ofSeconds(30);

    @RegisterExtension
    final NothingLeftBehind leftBehind = NothingLeftBehind.ofThreads().but(this::mayStay);

    private DisturbedWay way;
    private WireReplica replica;

    /** The server by an address, host and port. */
    abstract StoreUnderTest at(String address);

    /** Whether a thread of the vendor's outlives what it was made for. */
    boolean mayStay(Thread thread) {
        return thread.isDaemon();
    }

    /** To be called by the subclass when its server runs; the way is closed by {@link #close}. */
    final void put(DisturbedWay disturbed, String direct, Path folder) throws Exception {
        way = disturbed;
        replica = WireReplica.on(at(direct), folder);
    }

    final void close() {
        if (way != null) {
            way.close();
        }
    }

    @AfterEach
    void isQuietAgain() throws Exception {
        way.clear();
        replica.leftNothing();
    }

    private void restore(RetryPolicy retries) throws Exception {
        StoreUnderTest disturbed = at(way.address());
        StoreSettings settings = disturbed
                .settings()
                .withConnectTimeout(STALL)
                .withStallTimeout(STALL)
                .withRetryPolicy(retries);
        replica.restore(disturbed, settings);
    }

    private void restoresRight() throws Exception {
        restore(RETRIES);
        replica.isRight();
    }

    private void isGivenUpSoon() throws Exception {
        assertThat(WireReplica.time(() ->
                        assertThatThrownBy(() -> restore(FEW_RETRIES)).isInstanceOf(StoreUnavailableException.class)))
                .isLessThan(PROMPT);
    }

    /** Restores while something is wrong for a while. */
    final void restoresOnceItIsOver(WireReplica.Step wrong, WireReplica.Step over) throws Exception {
        ExecutorService restoring = Executors.newSingleThreadExecutor();
        try {
            wrong.run();
            Future<?> restored = restoring.submit(() -> {
                restoresRightUnlessTheListingFails();
                return null;
            });
            Thread.sleep(3_000);
            over.run();
            restored.get(90, TimeUnit.SECONDS);
        } finally {
            restoring.shutdownNow();
            assertThat(restoring.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void latencyOnlyTakesTime() throws Exception {
        way.proxy().toxics().latency("latency", DOWNSTREAM, 100).setJitter(50);
        restoresRight();
    }

    @Test
    void littleBandwidthOnlyTakesTime() throws Exception {
        way.proxy().toxics().bandwidth("bandwidth", DOWNSTREAM, 4_000);
        restoresRight();
    }

    @Test
    void bytesInSmallPiecesAreNoMatter() throws Exception {
        way.proxy().toxics().slicer("slicer", DOWNSTREAM, 1_000, 10);
        restoresRight();
    }

    @Test
    void connectionsThatEndAfterSomeBytesAreReadOn() throws Exception {
        way.proxy().toxics().limitData("limit", DOWNSTREAM, 700_000);
        restoresRight();
    }

    @Test
    void connectionsThatAreResetNowAndThenAreReadOnOrGivenUp() throws Exception {
        way.proxy().toxics().resetPeer("reset", DOWNSTREAM, 30).setToxicity(0.2f);
        restoresRightUnlessTheListingFails();
    }

    /** A listing is tried again a few times only, by its store: luck decides. */
    private void restoresRightUnlessTheListingFails() throws Exception {
        try {
            restore(RETRIES);
        } catch (StoreUnavailableException listing) {
            assertThat(listing).hasMessageContaining("list");
            return;
        }
        replica.isRight();
    }

    @Test
    void connectionsThatCloseSlowlyAreNoMatter() throws Exception {
        way.proxy().toxics().slowClose("slow", DOWNSTREAM, 1_000);
        restoresRight();
    }

    @Test
    void aBlackHoleThatPassesIsReadOnAfterOrGivenUp() throws Exception {
        restoresOnceItIsOver(
                () -> way.proxy().toxics().timeout("hole", DOWNSTREAM, 0).setToxicity(0.5f), () -> way.clear());
    }

    @Test
    void aBlackHoleThatDoesNotPassIsGivenUpSoon() throws Exception {
        way.proxy().toxics().timeout("hole", DOWNSTREAM, 0);
        isGivenUpSoon();
    }

    @Test
    void aServerThatIsGoneIsGivenUpSoon() throws Exception {
        way.proxy().disable();
        isGivenUpSoon();
    }
}
