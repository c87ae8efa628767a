// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a caller sets for a store beside its URL: named values as in Litestream's configuration file, the environment, and
 * times. Immutable. {@link #toString()} shows no value, since any of them may be a secret.
 */
public final class StoreSettings {

    private static final StoreSettings DEFAULTS = new StoreSettings(
            Map.of(), System.getenv(), Duration.ofSeconds(10), Duration.ofSeconds(30), RetryPolicy.DEFAULT);

    private final Map<String, String> values;
    private final Map<String, String> environment;
    private final Duration connectTimeout;
    private final Duration stallTimeout;
    private final RetryPolicy retryPolicy;

    private StoreSettings(
            Map<String, String> values,
            Map<String, String> environment,
            Duration connectTimeout,
            Duration stallTimeout,
            RetryPolicy retryPolicy) {
        this.values = values;
        this.environment = environment;
        this.connectTimeout = connectTimeout;
        this.stallTimeout = stallTimeout;
        this.retryPolicy = retryPolicy;
    }

    /** No values, the environment of this process, 10 s to connect, 30 s without a byte, {@link RetryPolicy#DEFAULT}. */
    public static StoreSettings defaults() {
        return DEFAULTS;
    }

    /** These settings with a named value, such as {@code access-key-id}; it replaces one of the same name. */
    public StoreSettings with(String name, String value) {
        Map<String, String> more = new TreeMap<>(values);
        more.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
        return new StoreSettings(Map.copyOf(more), environment, connectTimeout, stallTimeout, retryPolicy);
    }

    /** These settings with another environment than that of the process. */
    public StoreSettings withEnvironment(Map<String, String> variables) {
        return new StoreSettings(values, Map.copyOf(variables), connectTimeout, stallTimeout, retryPolicy);
    }

    /** These settings with another limit for making a connection; more than zero. */
    public StoreSettings withConnectTimeout(Duration timeout) {
        return new StoreSettings(values, environment, positive(timeout), stallTimeout, retryPolicy);
    }

    /** These settings with another limit for a connection that brings no byte; more than zero. */
    public StoreSettings withStallTimeout(Duration timeout) {
        return new StoreSettings(values, environment, connectTimeout, positive(timeout), retryPolicy);
    }

    /** These settings with another way of trying again. */
    public StoreSettings withRetryPolicy(RetryPolicy policy) {
        return new StoreSettings(values, environment, connectTimeout, stallTimeout, requireNonNull(policy, "policy"));
    }

    /** The value set under that name. */
    public Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** An environment variable; one that is set to the empty string counts as not set. */
    public Optional<String> environment(String variable) {
        return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isEmpty());
    }

    /** How long making a connection may take. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** How long a connection may bring no byte. */
    public Duration stallTimeout() {
        return stallTimeout;
    }

    /** How reading goes on after a lost connection; core's doing, not the store's. */
    public RetryPolicy retryPolicy() {
        return retryPolicy;
    }

    private static Duration positive(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("time-out must be more than zero: " + timeout);
        }
        return timeout;
    }

    /** The names that are set, without their values. */
    @Override
    public String toString() {
        return "StoreSettings" + new TreeMap<>(values).keySet();
    }
}
