// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The search for libraries with known vulnerabilities, a part of {@code ./check}, finds those that are there and no others. */
@Tag("thorough")
class KnownVulnerabilitiesTest {

    private static final String ID = "CVE-2099-1234";

    @TempDir
    Path folder;

    @Test
    void findsAnOldLibraryByTheListThatTheCheckUses() throws Exception {
        sbom("pkg:maven/at.yawk.lz4/lz4-java@1.10.0?type=jar", "pkg:maven/com.google.guava/guava@33.6.0-jre?type=jar");

        ToolRun run = run(Checkout.root().resolve("tools/advisories.csv").toString(), "com.jcraft:jsch:0.1.53");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines())
                .contains(
                        "at.yawk.lz4:lz4-java 1.10.0: CVE-2025-66566 (leak), fixed in 1.10.1",
                        "com.jcraft:jsch 0.1.53: CVE-2016-5725 (path), fixed in 0.1.54")
                .noneMatch(line -> line.contains("guava") || line.contains("CVE-2025-12183"));
    }

    @Test
    void aVersionIsAffectedFromTheFirstOnAndUntilTheFixedOne() throws Exception {
        list("g:a,2.0,2.1.3," + ID + ",leak", "g:a,3.0,," + ID + ",leak");
        List<String> affected = List.of(
                "2.0", "2.0.0", "2.0.Final", "2.0.1", "2.1.2.9", "2.1.3-rc1", "2.1.3-SNAPSHOT", "3", "4.1-beta");
        List<String> free = List.of(
                "1.9.10",
                "2.0-beta",
                "2.0-M1",
                "2.1.3",
                "2.1.3.Final",
                "2.1.3.0",
                "2.1.3.1",
                "2.1.3-jre",
                "2.10",
                "3.0-rc1");
        sbom("pkg:maven/other/a@1");
        List<String> libraries = new ArrayList<>();
        affected.forEach(version -> libraries.add("g:a:" + version));
        free.forEach(version -> libraries.add("g:a:" + version));

        ToolRun run = run("list.csv", libraries.toArray(String[]::new));

        assertThat(run.lines())
                .map(line -> line.replaceFirst("g:a (\\S+): .*", "$1"))
                .containsExactlyInAnyOrderElementsOf(affected);
    }

    @Test
    void versionsFollowOneAnotherAsInMaven() throws Exception {
        List<String> order = List.of(
                "1.9",
                "1.10-alpha",
                "1.10-a2",
                "1.10-alpha-10",
                "1.10-beta-1",
                "1.10-M2",
                "1.10-rc1",
                "1.10-rc2-SNAPSHOT",
                "1.10-cr-2",
                "1.10-SNAPSHOT",
                "1.10",
                "1.10-sp1",
                "1.10-android",
                "1.10-jre",
                "1.10.1",
                "1.11.Final",
                "2");
        // Each is affected by those entries that begin at itself or before.
        List<String> entries = new ArrayList<>();
        List<String> libraries = new ArrayList<>();
        for (String version : order) {
            entries.add("g:a," + version + ",," + ID + ",leak");
            libraries.add("g:a:" + version);
        }
        list(entries.toArray(String[]::new));
        sbom("pkg:maven/other/a@1");

        List<String> lines = run("list.csv", libraries.toArray(String[]::new)).lines();

        for (int i = 0; i < order.size(); i++) {
            String start = "g:a " + order.get(i) + ": ";
            assertThat(lines.stream().filter(line -> line.startsWith(start)))
                    .as(order.get(i))
                    .hasSize(i + 1);
        }
    }

    @Test
    void aVersionWhoseOrderIsNotKnownIsNotPassed() throws Exception {
        List<String> versions =
                List.of("1..2", "1.0-foo", "1.0-redhat-1", "1.0-x1", "1.0.rc.1", "1.0_1", "latest", "v1");
        list("g:a,,0.1," + ID + ",leak");
        sbom("pkg:maven/other/a@1");

        ToolRun run = run(
                "list.csv", versions.stream().map(version -> "g:a:" + version).toArray(String[]::new));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines())
                .containsExactlyElementsOf(versions.stream()
                        .map(version ->
                                "g:a " + version + ": " + ID + ": the order of version " + version + " is not known")
                        .toList());
    }

    @Test
    void aVersionOfWhichNothingIsKnownNeedsNoOrder() throws Exception {
        list("g:b,,0.1," + ID + ",leak");
        sbom("pkg:maven/g/a@v1-rev20260524-2.0.0?type=jar");
        ToolRun run = run("list.csv");
        assertThat(run.lines()).containsExactly("1 libraries, 0 of them with entries, list as of 2026-02-03");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void aLineOfTheListThatIsNotUnderstoodIsNotPassedOver() throws Exception {
        list(
                "g:a,1,2,CVE-2099-1234",
                "g:a,2,2,CVE-2099-1234,leak",
                "g:a,1,2,CVE-99-1,leak",
                "g,1,2,CVE-2099-1234,leak",
                "g:a,1,two,CVE-2099-1234,leak");
        sbom("pkg:maven/g/b@1");

        ToolRun run = run("list.csv");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines())
                .map(line -> line.replaceFirst("(list.csv:\\d): .*", "$1"))
                .containsExactly("list.csv:2", "list.csv:3", "list.csv:4", "list.csv:5", "list.csv:6");
    }

    @Test
    void aComponentWithoutCoordinatesIsNotPassedOver() throws Exception {
        list("g:b,,1," + ID + ",leak");
        Files.writeString(
                folder.resolve("sbom.json"),
                "[{\"bom-ref\": \"a\", \"purl\": \"pkg:maven/g/a@1\"}, {\"bom-ref\" : \"b\"}]");
        ToolRun run = run("list.csv");
        assertThat(run.lines()).containsExactly("sbom.json: 1 purls for 2 components");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    private void list(String... lines) throws IOException {
        Files.writeString(folder.resolve("list.csv"), "# as of 2026-02-03\n" + String.join("\n", lines) + "\n");
    }

    private void sbom(String... purls) throws IOException {
        List<String> components = new ArrayList<>();
        for (String purl : purls) {
            components.add("{\"bom-ref\" : \"" + purl + "\", \"purl\" : \"" + purl + "\"}");
        }
        Files.writeString(folder.resolve("sbom.json"), "{\"components\" : " + components + "}");
    }

    private ToolRun run(String list, String... libraries) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(list, "sbom.json"));
        arguments.addAll(List.of(libraries));
        return ToolRun.of("KnownVulnerabilities.java", folder, arguments.toArray(String[]::new));
    }
}
