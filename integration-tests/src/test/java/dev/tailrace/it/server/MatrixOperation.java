// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a test shows of a backend and a layout, as a heading in {@code docs/backends.md}. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface MatrixOperation {
    String value();
}
