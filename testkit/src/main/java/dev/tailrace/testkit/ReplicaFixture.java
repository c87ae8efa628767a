// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.testkit;

import static java.util.Objects.requireNonNull;

import dev.tailrace.store.ObjectSource;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.store.PutOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One replica written by a real Litestream, with the results that the real {@code litestream restore} gave for it. Its
 * bytes are read from the archive when they are needed.
 */
public final class ReplicaFixture {

    /**
     * A step of the workload that wrote the database.
     *
     * @param step its name
     * @param at when its transaction had been committed, which is before it was replicated
     */
    public record Step(String step, Instant at) {
        public Step {
            requireNonNull(step, "step");
            requireNonNull(at, "at");
        }
    }

    private final FixtureArchive archive;
    private final String scenario;
    private final String litestreamVersion;
    private final String description;
    private final int pageSize;
    private final boolean derived;
    private final List<Step> timeline;
    private final SortedMap<String, Instant> times;
    private final List<ExpectedRestore> restores;

    ReplicaFixture(
            FixtureArchive archive,
            String scenario,
            String litestreamVersion,
            String description,
            int pageSize,
            boolean derived,
            List<Step> timeline,
            Map<String, Instant> times,
            List<ExpectedRestore> restores) {
        this.archive = archive;
        this.scenario = scenario;
        this.litestreamVersion = litestreamVersion;
        this.description = description;
        this.pageSize = pageSize;
        this.derived = derived;
        this.timeline = List.copyOf(timeline);
        this.times = Collections.unmodifiableSortedMap(new TreeMap<>(times));
        this.restores = List.copyOf(restores);
    }

    /** {@code v03-flat}, {@code seed-nested}, {@code v04-nested16} or {@code ltx}. */
    public String layout() {
        return archive.layout();
    }

    /** Its name within the layout, such as {@code twogen}. */
    public String scenario() {
        return scenario;
    }

    /** The version, or the commit, that wrote it. */
    public String litestreamVersion() {
        return litestreamVersion;
    }

    public String description() {
        return description;
    }

    /** Of the database, in bytes. */
    public int pageSize() {
        return pageSize;
    }

    /** Whether it was cut, moved or compressed again from another one; its results still come from the real binary. */
    public boolean derived() {
        return derived;
    }

    /** The workload, in the order it ran; may be empty. */
    public List<Step> timeline() {
        return timeline;
    }

    /** The key of every object, ascending, with the time it was written. Some are one nanosecond apart. */
    public SortedMap<String, Instant> times() {
        return times;
    }

    /** What real binaries restored from it. */
    public List<ExpectedRestore> restores() {
        return restores;
    }

    /**
     * Writes the replica as files with their modification times, to the nanosecond where the file system keeps it.
     *
     * @param folder the replica's root; made if it does not exist
     * @return {@code folder}
     */
    public Path unpackInto(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, byte[]> object : objects().entrySet()) {
            Path file = folder.resolve(object.getKey());
            Files.createDirectories(requireNonNull(file.getParent()));
            Files.write(file, object.getValue());
            Files.setLastModifiedTime(file, FileTime.from(timeOf(object.getKey())));
        }
        return folder;
    }

    /** Stores the replica with its times as recorded times. */
    public void copyTo(ObjectStore store) throws IOException {
        for (Map.Entry<String, byte[]> object : objects().entrySet()) {
            store.put(
                    object.getKey(),
                    ObjectSource.of(object.getValue()),
                    PutOptions.NONE.recordedAt(timeOf(object.getKey())));
        }
    }

    /** A new store in memory that holds the replica with its times. */
    public InMemoryObjectStore inMemory() throws IOException {
        InMemoryObjectStore store = new InMemoryObjectStore("memory:" + this);
        copyTo(store);
        return store;
    }

    /** The bytes of all objects by key, ascending; the caller's own copy. */
    public SortedMap<String, byte[]> objects() throws IOException {
        return archive.read(scenario + "/replica/");
    }

    private Instant timeOf(String key) {
        return requireNonNull(times.get(key), key);
    }

    /** Layout and scenario: {@code v03-flat/twogen}. */
    @Override
    public String toString() {
        return layout() + "/" + scenario;
    }
}
