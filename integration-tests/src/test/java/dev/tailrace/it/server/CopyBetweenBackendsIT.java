// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.copy.CopyOptions;
import dev.tailrace.copy.CopyResult;
import dev.tailrace.copy.ReplicaCopier;
import dev.tailrace.it.RestorablePoints;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.restore.RestoreOptions;
import dev.tailrace.restore.RestoreTarget;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.ReplicaUrl;
import dev.tailrace.testkit.InMemoryObjectStore;
import dev.tailrace.testkit.ReplicaFixture;
import dev.tailrace.testkit.ReplicaFixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From every backend to every backend, itself included, and from there to the same databases, at each moment too. */
@NeedsContainers
class CopyBetweenBackendsIT {

    private static final String BUCKET = "copies";
    private static final Instant NOW = Instant.parse("2100-01-01T00:00:00Z");

    @TempDir
    static Path root;

    private static S3Server s3;
    private static GcsServer gcs;
    private static AzureServer azure;
    private static SftpServer sftp;
    private static Map<String, StoreUnderTest> backends;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        s3 = S3Server.start();
        s3.createBucket(BUCKET);
        gcs = GcsServer.start();
        gcs.createBucket(BUCKET);
        azure = AzureServer.start();
        azure.createContainer(BUCKET);
        sftp = SftpServer.start();
        backends = new LinkedHashMap<>();
        backends.put("file", new StoreUnderTest("file://" + root, "", Map.of(), List.of()));
        backends.put("s3", s3.bucket(BUCKET));
        backends.put("gcs", gcs.bucket(BUCKET));
        backends.put("azure", azure.container(BUCKET));
        backends.put("sftp", sftp.folder());
    }

    @AfterAll
    static void stop() throws Exception {
        s3.close();
        gcs.stop();
        azure.close();
        sftp.stop();
    }

    @ParameterizedTest
    @CsvSource({"v03-flat, twogen", "ltx, tiny"})
    void copiesRestoreToTheSameDatabases(String layout, String scenario) throws Exception {
        ReplicaFixture fixture = ReplicaFixtures.of(layout, scenario);
        InMemoryObjectStore original = fixture.inMemory();
        RestorablePoints points = new RestorablePoints(folder);
        Map<String, RestoreOptions> asked = moments(fixture);
        asked.put("latest", RestoreOptions.defaults());
        Map<String, String> expected = points.of(original, asked);
        assertThat(expected).hasSameSizeAs(asked).hasSizeGreaterThan(1);
        // They wait for servers most of the time.
        ExecutorService several = Executors.newFixedThreadPool(backends.size());
        try {
            List<Future<?>> copied = new ArrayList<>();
            for (String from : backends.keySet()) {
                copied.add(several.submit(() -> {
                    copiesToEach(from, layout, original, asked, expected);
                    return null;
                }));
            }
            for (Future<?> one : copied) {
                one.get();
            }
        } finally {
            several.shutdownNow();
            assertThat(several.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    private void copiesToEach(
            String from,
            String layout,
            InMemoryObjectStore original,
            Map<String, RestoreOptions> asked,
            Map<String, String> expected)
            throws Exception {
        RestorablePoints points = new RestorablePoints(Files.createDirectory(folder.resolve(from)));
        try (ObjectStore source = open(from, layout + "-source")) {
            copy(original.reopen(), source, from, layout + "-source");
            for (String to : backends.keySet()) {
                String place = layout + "-from-" + from;
                try (ObjectStore destination = open(to, place)) {
                    CopyResult first = copy(source, destination, to, place);
                    CopyResult second = copy(source, destination, to, place);

                    assertThat(first.objects()).as("%s to %s", from, to).isPositive();
                    assertThat(second.objects()).as("%s to %s", from, to).isZero();
                    assertThat(second.found()).as("%s to %s", from, to).isEqualTo(first.objects());
                    assertThat(points.of(destination, asked))
                            .as("%s to %s", from, to)
                            .isEqualTo(expected);
                }
            }
        }
    }

    /** Just before objects that were made in another second than the one before: so that whole seconds tell as much. */
    private static Map<String, RestoreOptions> moments(ReplicaFixture fixture) {
        Map<String, RestoreOptions> moments = new LinkedHashMap<>();
        List<Instant> times = new ArrayList<>(fixture.times().values());
        times.sort(null);
        for (int number = 1; number < times.size(); number++) {
            Instant second = times.get(number).truncatedTo(ChronoUnit.SECONDS);
            if (second.isAfter(times.get(number - 1))) {
                Instant moment = second.minusNanos(1);
                moments.put(
                        "at " + moment,
                        RestoreOptions.builder()
                                .clock(() -> NOW)
                                .target(RestoreTarget.atTimestamp(moment))
                                .build());
            }
        }
        return moments;
    }

    private static ObjectStore open(String backend, String place) throws Exception {
        StoreUnderTest store = backends.get(backend);
        return store.open(place);
    }

    private static CopyResult copy(ObjectStore source, ObjectStore destination, String backend, String place)
            throws Exception {
        ReplicaUrl url = ReplicaUrl.parse(backends.get(backend).urlOf(place));
        CopyOptions options = CopyOptions.builder()
                .tree(LtxTree.usedOn(url.scheme(), url.path()))
                .build();
        return ReplicaCopier.of(source, destination, options).copy();
    }
}
