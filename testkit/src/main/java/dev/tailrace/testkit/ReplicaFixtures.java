// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Small replicas written by real Litestream versions, one group for each layout there has been.
 *
 * <p>A strict restore of each of {@link ReplicaFixture#restores()} that {@linkplain ExpectedRestore#mustMatch() must match}
 * gives the same bytes. Scenarios: {@code tiny} one generation; {@code manysnap} snapshots in the middle of many indexes;
 * {@code twogen} two generations; {@code ps…} page sizes; {@code growshrink…} the database shrinks; {@code spill}
 * transactions that reach the WAL before their commit; {@code resplit…} segment borders inside transactions and at odd
 * offsets; {@code uncommitted-tail} frames without a commit at the end; {@code wide} what {@link #failureCases()} are made
 * from; {@code snapshot-ahead} an undamaged replica on which real Litestream returns corrupt databases. LTX also:
 * {@code levels}, {@code l0-expired}, {@code outside-writes} (the database changed while Litestream was off),
 * {@code frames-v0515…} (an older encoding of pages), {@code mixed-v03-ltx…} (two formats in one folder).
 */
public final class ReplicaFixtures {

    private static final List<String> LAYOUTS = List.of("v03-flat", "seed-nested", "v04-nested16", "ltx");

    private static final String EXPECTED = "/expected.json";

    private ReplicaFixtures() {}

    /** The layouts, in the order Litestream had them. */
    public static List<String> layouts() {
        return LAYOUTS;
    }

    /** All replicas of all layouts. */
    public static List<ReplicaFixture> all() throws IOException {
        List<ReplicaFixture> all = new ArrayList<>();
        for (String layout : LAYOUTS) {
            all.addAll(of(layout));
        }
        return all;
    }

    /** All replicas of one layout, by the names of their scenarios. */
    public static List<ReplicaFixture> of(String layout) throws IOException {
        FixtureArchive archive = FixtureArchive.of(layout);
        List<ReplicaFixture> fixtures = new ArrayList<>();
        for (Map.Entry<String, byte[]> expected : archive.readEach(EXPECTED).entrySet()) {
            fixtures.add(fixture(archive, expected.getKey(), expected.getValue()));
        }
        return fixtures;
    }

    /**
     * One replica.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static ReplicaFixture of(String layout, String scenario) throws IOException {
        FixtureArchive archive = FixtureArchive.of(layout);
        byte[] expected = archive.read(scenario + EXPECTED).get("");
        if (expected == null) {
            throw new IllegalArgumentException("no such fixture: " + layout + "/" + scenario);
        }
        return fixture(archive, scenario, expected);
    }

    private static ReplicaFixture fixture(FixtureArchive archive, String scenario, byte[] expected) {
        String text = new String(expected, StandardCharsets.UTF_8);
        return FixtureJson.fixture(
                archive, scenario, JsonParser.parseString(text).getAsJsonObject());
    }

    /** What real Litestream versions answered on damaged, incomplete and odd copies of the {@code wide} scenarios. */
    public static List<FailureCase> failureCases() throws IOException {
        List<FailureCase> cases = new ArrayList<>();
        try (Reader reader = new InputStreamReader(FixtureArchive.open("failure-cases.json"), StandardCharsets.UTF_8)) {
            for (JsonElement element : JsonParser.parseReader(reader).getAsJsonArray()) {
                cases.add(FixtureJson.failureCase(element.getAsJsonObject()));
            }
        }
        return cases;
    }
}
