// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {

    @ParameterizedTest
    @CsvSource({
        "bytes 0-9/10, 0, 10, 10",
        "bytes 5-9/100, 5, 10, 100",
        // Repeated from the request, though the object ends before it does, or before it begins.
        "bytes 5-99/10, 5, 10, 10",
        "bytes 50-99/10, 10, 10, 10",
    })
    void aRangeIsWhatTheAnswerHolds(String header, long from, long to, long size) {
        assertThat(ContentRange.of(header, 1L)).contains(new ContentRange(from, to, size));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "bytes */10", "bytes 0-9/*", "bytes 9-5/10", "bytes 0-9/99999999999999999999", "items 0-9/10"
            })
    void aRangeThatCannotBeTrueIsNone(String header) {
        assertThat(ContentRange.of(header, 1L)).isEmpty();
    }

    @Test
    void withoutARangeTheAnswerHoldsTheWholeObject() {
        assertThat(ContentRange.of(null, 10L)).contains(new ContentRange(0, 10, 10));
        assertThat(ContentRange.of(null, null)).isEmpty();
        assertThat(ContentRange.of(null, -1L)).isEmpty();
    }

    @Test
    void aVersionIsATagWithoutItsQuotes() {
        assertThat(EntityTag.versionOf("\"abc\"")).contains("abc");
        assertThat(EntityTag.versionOf("abc")).contains("abc");
        assertThat(EntityTag.of("abc")).isEqualTo("\"abc\"");
    }

    @Test
    void aTagThatAProxyMadeIsNoVersion() {
        assertThat(EntityTag.versionOf("W/\"abc\"")).isEqualTo(Optional.empty());
        assertThat(EntityTag.versionOf(null)).isEmpty();
        assertThat(EntityTag.versionOf("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "'',''",
                "/,''",
                "a,a/",
                "/a/b/,a/b/",
                "a//b,a/b/",
                "a/./b,a/b/",
                "a/../b,b/",
                "../../a,a/",
                "a/b/..,a/"
            })
    void aPathBecomesAPrefixAsLitestreamMakesIt(String path, String prefix) {
        assertThat(BucketFolder.prefixOf(path)).isEqualTo(prefix);
    }
}
