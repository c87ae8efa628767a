// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.replica.Position;
import dev.tailrace.restore.RestoreTarget;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All of it under time zones and locales that would change it, if they had a say. */
class MomentTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final List<String> ZONES =
            List.of("UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati");
    private static final List<String> LOCALES =
            List.of("en-US", "ar-EG-u-nu-arab", "th-TH-u-ca-buddhist-nu-thai", "fa-IR", "tr-TR");

    private final TimeZone zone = TimeZone.getDefault();
    private final Locale locale = Locale.getDefault();

    @AfterEach
    void restoreDefaults() {
        TimeZone.setDefault(zone);
        Locale.setDefault(locale);
    }

    private interface Check {
        void run();
    }

    private static void everywhere(Check check) {
        for (String zone : ZONES) {
            for (String locale : LOCALES) {
                TimeZone.setDefault(TimeZone.getTimeZone(zone));
                Locale.setDefault(Locale.forLanguageTag(locale));
                check.run();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T12:00:00Z, 2026-01-31T12:00:00Z",
        "2026-01-31t12:00:00z, 2026-01-31T12:00:00Z",
        "2026-01-31 12:00:00Z, 2026-01-31T12:00:00Z",
        "2026-01-31T12:00Z, 2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00.123456789Z, 2026-01-31T12:00:00.123456789Z",
        "2026-01-31T13:00:00+01:00, 2026-01-31T12:00:00Z",
        "2026-01-31T17:45:00.5+05:45, 2026-01-31T12:00:00.500Z",
        "2026-01-31T08:30:00-03:30, 2026-01-31T12:00:00Z",
        "2026-02-01T02:00:00+14:00, 2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00-00:00, 2026-01-31T12:00:00Z",
    })
    void readsDateTimesOfAnyOffset(String text, Instant expected) {
        everywhere(() -> assertThat(Moment.parse(text, NOW)).isEqualTo(new Moment(expected, false)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2026-03-29T02:30:00", "2026-03-29 02:30:00", "2026-03-29T02:30", "2026-03-29T02:30:00.000"})
    void takesDateTimesWithoutOffsetAsUtcAndSaysSo(String text) {
        everywhere(() ->
                assertThat(Moment.parse(text, NOW)).isEqualTo(new Moment(Instant.parse("2026-03-29T02:30:00Z"), true)));
    }

    @ParameterizedTest
    @CsvSource({
        "15m ago, 2026-11-22T11:45:00Z",
        "15 minutes ago, 2026-11-22T11:45:00Z",
        "1h30m ago, 2026-11-22T10:30:00Z",
        "1 h 30 min ago, 2026-11-22T10:30:00Z",
        "90s ago, 2026-11-22T11:58:30Z",
        "0s ago, 2026-11-22T12:00:00Z",
        "2 days ago, 2026-11-20T12:00:00Z",
        "1w ago, 2026-11-15T12:00:00Z",
    })
    void readsTimesBack(String text, Instant expected) {
        everywhere(() -> assertThat(Moment.parse(text, NOW)).isEqualTo(new Moment(expected, false)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "now",
                "2026-01-31",
                "20260131T120000Z",
                "2026-02-30T12:00:00Z",
                "2026-01-31T24:30:00Z",
                "2026-01-31T12:00:00+99:00",
                "2026-01-31T12:00:00Z[Europe/Rome]",
                "2026-01-31T12:00:00 UTC",
                "\u0662\u0660\u0662\u0666-01-31T12:00:00Z",
                "1769860800",
                "15m",
                "-15m ago",
                "ago",
                "15 ago",
                "15 fortnights ago",
                "1.5h ago",
                "9999999999s ago",
            })
    void refusesWhatIsNoMoment(String text) {
        everywhere(() -> assertThatThrownBy(() -> Moment.parse(text, NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("invalid -timestamp \"" + text + "\"", "expected RFC 3339", "15m ago"));
    }

    @Test
    void takesNoMoreStackForMoreParts() {
        int hours = 100_000;
        assertThat(Moment.parse("1h".repeat(hours) + " ago", NOW).instant())
                .isEqualTo(NOW.minus(Duration.ofHours(hours)));
        assertThat(Age.parse("-retain", "1h".repeat(hours))).isEqualTo(Duration.ofHours(hours));
        assertThatThrownBy(() -> Moment.parse("1h".repeat(hours), NOW)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givesTheRestoreItsTarget() {
        RecordingRestore restore = RecordingRestore.succeeding();
        everywhere(() -> {
            CommandRun run = CommandRun.of(
                    restore, "restore", "-o", "x.db", "-timestamp", "2026-01-31T13:00:00+01:00", "file:///backup/app");
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(restore.options.target())
                    .isEqualTo(RestoreTarget.atTimestamp(Instant.parse("2026-01-31T12:00:00Z")));
            assertThat(run.out()).contains("nothing newer was stored until 2026-01-31T12:00:00Z");
        });
    }

    @Test
    void saysThatItTookUtc() {
        RecordingRestore restore = RecordingRestore.succeeding();
        CommandRun run = CommandRun.of(
                restore, "restore", "-o", "x.db", "--timestamp=2026-01-31T12:00:00", "file:///backup/app");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEqualTo("-timestamp has no offset, taken as UTC: 2026-01-31T12:00:00Z\n");
        CommandRun quiet = CommandRun.of(
                restore, "restore", "-q", "-o", "x.db", "-timestamp", "2026-01-31T12:00:00", "file:///backup/app");
        assertThat(quiet.err()).isEmpty();
    }

    @Test
    void takesOneTransaction() {
        RecordingRestore restore = RecordingRestore.succeeding();
        CommandRun run = CommandRun.of(
                restore, "restore", "-o", "x.db", "-tx", "0123456789abcdef/1F:1038", "file:///backup/app");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(restore.options.target())
                .isEqualTo(RestoreTarget.atPosition(Position.parse("0123456789abcdef/0000001f:00001038")));
    }
}
