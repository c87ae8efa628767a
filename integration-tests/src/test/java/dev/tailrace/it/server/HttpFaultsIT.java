// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import dev.tailrace.store.RetryPolicy;
import dev.tailrace.store.StoreSettings;
import dev.tailrace.testkit.HttpFault;
import dev.tailrace.testkit.HttpFault.Effect;
import dev.tailrace.testkit.HttpFaultProxy;
import dev.tailrace.testkit.NothingLeftBehind;
import dev.tailrace.testkit.SeenRequest;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every backend that speaks HTTP makes of answers that go wrong: a restore is right in the end, or fails typed and soon,
 * and nothing is left of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class HttpFaultsIT {

    /** What ranges of so small a snapshot are. */
    private static final int RANGE_SIZE = 1 << 20;

    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-.*");
    private static final Duration STALL = Duration.ofSeconds(1);
    private static final RetryPolicy RETRIES =
            new RetryPolicy(Duration.ofSeconds(15), Duration.ofMillis(20), Duration.ofMillis(200));
    private static final RetryPolicy FEW_RETRIES =
            new RetryPolicy(Duration.ofSeconds(3), Duration.ofMillis(20), Duration.ofMillis(200));
    /** By when a hopeless restore has ended: the budget, time-outs that were begun within it, and a slow machine. */
    private static final Duration PROMPT = Duration.ofSeconds(25);

    @RegisterExtension
    final NothingLeftBehind leftBehind = NothingLeftBehind.ofThreads().but(this::mayStay);

    private HttpFaultProxy proxy;
    private WireReplica replica;

    /** The server's address. */
    abstract URI server();

    /** The server by another address. */
    abstract StoreUnderTest at(URI address);

    /** Whether a thread of the vendor's outlives what it was made for. */
    boolean mayStay(Thread thread) {
        return thread.isDaemon();
    }

    /** Whether a request reads bytes of an object. */
    boolean readsObject(SeenRequest request) {
        return request.isGet() && request.path().contains(".lz4");
    }

    private boolean readsObjectLongerThan(long bytes, SeenRequest request) {
        return readsObject(request) && (bytes < 10_000 || request.path().contains(".snapshot."));
    }

    /** To be called by the subclass when its server runs. */
    final void put(Path folder) throws Exception {
        replica = WireReplica.on(at(server()), folder);
    }

    @BeforeEach
    void openProxy() throws Exception {
        proxy = HttpFaultProxy.before(server());
    }

    @AfterEach
    void closeProxy() throws Exception {
        proxy.close();
        replica.leftNothing();
    }

    private void restore(RetryPolicy retries) throws Exception {
        StoreUnderTest way = at(proxy.endpoint());
        StoreSettings settings = way.settings().withStallTimeout(STALL).withRetryPolicy(retries);
        replica.restore(way, settings);
    }

    private void restoresRight() throws Exception {
        restore(RETRIES);
        replica.isRight();
    }

    private HttpFault everyThird(int times, Effect effect) {
        AtomicInteger count = new AtomicInteger();
        return new HttpFault(request -> readsObject(request) && count.incrementAndGet() % 3 == 0, times, effect);
    }

    private long happened() {
        return proxy.exchanges().stream()
                .filter(exchange -> exchange.fault().isPresent())
                .count();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void burstsOfRefusalsPass(int status) throws Exception {
        proxy.inject(everyThird(6, Effect.Answer.of(status)));
        restoresRight();
        assertThat(happened()).isEqualTo(6);
    }

    @Test
    void listingsAreTriedAgainToo() throws Exception {
        proxy.inject(new HttpFault(request -> request.isGet() && !readsObject(request), 2, Effect.Answer.of(503)));
        restoresRight();
        assertThat(happened()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void timeToWaitIsHonoured(int status) throws Exception {
        proxy.inject(HttpFault.once(this::readsObject, Effect.Answer.retryAfter(status, 2)));
        assertThat(WireReplica.time(this::restoresRight)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @ValueSource(longs = {Effect.BEFORE_HEAD, 0, 1000, 500_000})
    void bodiesThatEndEarlyAreReadOn(long after) throws Exception {
        proxy.inject(new HttpFault(request -> readsObjectLongerThan(after, request), 4, new Effect.Cut(after)));
        restoresRight();
        assertThat(happened()).isEqualTo(4);
        if (after == 500_000) {
            assertThat(proxy.exchanges())
                    .as("one goes on where another had ended, in the middle of its range")
                    .anyMatch(exchange -> start(exchange.request()) % RANGE_SIZE != 0);
        }
    }

    /** Where the range begins that a request asks for. */
    private static long start(SeenRequest request) {
        return request.headers().entrySet().stream()
                .filter(header -> header.getKey().endsWith("range"))
                .map(header -> RANGE.matcher(header.getValue().get(0)))
                .filter(Matcher::matches)
                .mapToLong(range -> Long.parseLong(range.group(1)))
                .findAny()
                .orElse(0);
    }

    @ParameterizedTest
    @ValueSource(longs = {Effect.BEFORE_HEAD, 0, 1000, 500_000})
    void connectionsThatAreResetAreReadOn(long after) throws Exception {
        proxy.inject(new HttpFault(request -> readsObjectLongerThan(after, request), 4, new Effect.Reset(after)));
        restoresRight();
        assertThat(happened()).isEqualTo(4);
    }

    @Test
    void wrongLengthsAreFoundOut() throws Exception {
        proxy.inject(everyThird(2, new Effect.WrongLength(-7)), everyThird(2, new Effect.WrongLength(7)));
        try {
            restore(RETRIES);
        } catch (TailraceException typed) {
            replica.leftNothing();
            return;
        }
        replica.isRight();
    }

    @ParameterizedTest
    @ValueSource(longs = {Effect.BEFORE_HEAD, 1000})
    void answersThatStallAreAskedForAgain(long after) throws Exception {
        proxy.inject(everyThird(2, new Effect.Stall(after, Duration.ofMinutes(5))));
        restoresRight();
    }

    @Test
    void slowAnswersAreWaitedFor() throws Exception {
        proxy.inject(everyThird(3, new Effect.Slow(200_000)));
        restoresRight();
    }

    @Test
    void aBitThatIsChangedOnTheWayIsFoundOut() {
        proxy.inject(HttpFault.once(this::readsObject, new Effect.Corrupt(1000)));
        assertThatThrownBy(() -> restore(RETRIES)).isInstanceOf(DamagedReplicaException.class);
    }

    @Test
    void aServerThatNeverAnswersIsGivenUpSoon() throws Exception {
        proxy.inject(HttpFault.always(this::readsObject, new Effect.Stall(Effect.BEFORE_HEAD, Duration.ofMinutes(5))));
        assertThat(WireReplica.time(() ->
                        assertThatThrownBy(() -> restore(FEW_RETRIES)).isInstanceOf(StoreUnavailableException.class)))
                .isLessThan(PROMPT);
    }

    @Test
    void aServerThatOnlyRefusesIsGivenUpSoon() throws Exception {
        proxy.inject(HttpFault.always(request -> true, Effect.Answer.of(503)));
        assertThat(WireReplica.time(() ->
                        assertThatThrownBy(() -> restore(FEW_RETRIES)).isInstanceOf(StoreUnavailableException.class)))
                .isLessThan(PROMPT);
    }

    @Test
    void aServerThatWantsAnHourIsGivenUpAtOnce() throws Exception {
        proxy.inject(HttpFault.always(this::readsObject, Effect.Answer.retryAfter(503, 3600)));
        assertThat(WireReplica.time(
                        () -> assertThatThrownBy(() -> restore(RETRIES)).isInstanceOf(StoreUnavailableException.class)))
                .isLessThan(PROMPT);
    }

    @Test
    void accessThatIsTakenAwayIsNotAskedForAgain() {
        proxy.inject(HttpFault.always(
                request -> readsObject(request) && request.path().contains(".snapshot."), Effect.Answer.of(403)));
        assertThatThrownBy(() -> restore(RETRIES)).isInstanceOf(StoreAccessException.class);
        assertThat(proxy.exchanges().stream()
                        .filter(exchange -> exchange.fault().isPresent())
                        .map(exchange -> exchange.request().headers().get("range"))
                        .distinct()
                        .count())
                .as("each range of the snapshot once")
                .isEqualTo(happened());
    }

    /** Whoever answers could else make the client send what it signs, or a token, to a host of his choice. */
    @Test
    void redirectsToAnotherHostAreNotFollowed() throws Exception {
        try (HttpFaultProxy other = HttpFaultProxy.before(server())) {
            URI elsewhere = URI.create("http://localhost:" + other.endpoint().getPort() + "/elsewhere");
            proxy.inject(HttpFault.always(this::readsObject, Effect.Answer.redirectTo(elsewhere)));
            assertThatThrownBy(() -> restore(FEW_RETRIES)).isInstanceOf(TailraceException.class);
            assertThat(other.exchanges()).isEmpty();
        }
    }
}
