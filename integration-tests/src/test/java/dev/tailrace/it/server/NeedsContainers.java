// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * On a test that starts containers. Where none can run it fails, unless the build was told to leave such tests out
 * ({@code -Dtailrace.containers=off}): then it is reported as skipped.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@DisabledIfSystemProperty(
        named = "tailrace.containers",
        matches = "off",
        disabledReason = "the build was told to leave out containers")
@interface NeedsContainers {}
