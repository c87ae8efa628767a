// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.cli;

import com.google.gson.stream.JsonWriter;
import dev.tailrace.restore.Verification;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is said of one replica that was verified, or could not be.
 *
 * @param name in the configuration, or the kind of its storage
 * @param verified empty if it failed
 * @param exitCode what it comes to
 * @param failure what it failed with; empty if it did not
 */
record VerifyReport(String name, Optional<VerifiedReplica> verified, ExitCode exitCode, Optional<String> failure) {

    /** From the worst to the best. */
    private static final List<ExitCode> WORST_FIRST = List.of(
            ExitCode.DAMAGED,
            ExitCode.UNEXPECTED,
            ExitCode.USAGE,
            ExitCode.OUTPUT,
            ExitCode.UNSUPPORTED,
            ExitCode.STORE,
            ExitCode.NOT_AVAILABLE,
            ExitCode.STALE,
            ExitCode.DONE);

    static VerifyReport of(String name, VerifiedReplica verified) {
        return new VerifyReport(name, Optional.of(verified), exitCode(verified.outcome()), Optional.empty());
    }

    static VerifyReport failed(String name, ExitCode exitCode, String failure) {
        return new VerifyReport(name, Optional.empty(), exitCode, Optional.of(failure));
    }

    /** What all of them together come to. */
    static ExitCode worst(List<VerifyReport> reports) {
        return reports.stream()
                .map(VerifyReport::exitCode)
                .min(Comparator.comparingInt(WORST_FIRST::indexOf))
                .orElse(ExitCode.DONE);
    }

    private static ExitCode exitCode(Verification.Outcome outcome) {
        return switch (outcome) {
            case OK -> ExitCode.DONE;
            case STALE -> ExitCode.STALE;
            case EMPTY -> ExitCode.NOT_AVAILABLE;
            case INCONCLUSIVE -> ExitCode.STORE;
            case DAMAGED -> ExitCode.DAMAGED;
        };
    }

    private String outcome() {
        return verified.map(done -> done.outcome().name().toLowerCase(Locale.ROOT))
                .orElse("failed");
    }

    /**
     * For people: what it comes to, then each damage, then which state is the newest.
     *
     * @param brief without what is not wrong
     */
    List<String> lines(boolean brief) {
        if (failure.isPresent()) {
            return List.of("failed: " + failure.get());
        }
        VerifiedReplica done = verified.orElseThrow();
        List<String> lines = new ArrayList<>(done.lines(brief));
        lines.set(0, outcome() + ": " + lines.get(0));
        return lines;
    }

    /** For scripts; the names are promised. */
    static void json(JsonWriter json, List<VerifyReport> reports, String level) throws IOException {
        ExitCode exitCode = worst(reports);
        String outcome = reports.stream()
                .filter(report -> report.exitCode() == exitCode)
                .findFirst()
                .map(VerifyReport::outcome)
                .orElse("ok");
        json.beginObject();
        json.name("outcome").value(outcome);
        json.name("exit_code").value(exitCode.number());
        json.name("level").value(level);
        json.name("replicas").beginArray();
        for (VerifyReport report : reports) {
            report.json(json);
        }
        json.endArray();
        json.endObject();
    }

    private void json(JsonWriter json) throws IOException {
        json.beginObject();
        json.name("replica").value(name);
        json.name("outcome").value(outcome());
        json.name("exit_code").value(exitCode.number());
        if (failure.isPresent()) {
            json.name("error").value(failure.get());
        }
        if (verified.isPresent()) {
            verified.get().json(json);
        }
        json.endObject();
    }
}
