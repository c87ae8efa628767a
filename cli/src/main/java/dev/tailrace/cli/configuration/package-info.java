// SPDX-License-Identifier: Apache-2.0
/** Litestream's configuration file, as far as it says where replicas are. Opens no store and knows no backend. */
@NullMarked
package dev.tailrace.cli.configuration;

import org.jspecify.annotations.NullMarked;
