// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.copy;

import dev.tailrace.ltx.LtxFileName;
import dev.tailrace.replica.Generation;
import dev.tailrace.replica.GenerationCatalog;
import dev.tailrace.replica.LtxFileInfo;
import dev.tailrace.replica.LtxTree;
import dev.tailrace.replica.Position;
import dev.tailrace.replica.ReplicaLayout;
import dev.tailrace.replica.WalSegmentInfo;
import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Where the newest data of a source ended when it was looked at, and what has been added there since. */
sealed interface ReplicaTail {

    /**
     * What was added.
     *
     * @param objects in the order they follow on each other
     * @param tail where the data ends now
     */
    record Growth(List<CopiedObject> objects, ReplicaTail tail) {}

    /**
     * Lists what comes after the last object.
     *
     * @return empty if something does that does not follow on it, so that all is to be listed
     */
    Optional<Growth> growth(ObjectStore source) throws IOException;

    private static List<ObjectInfo> after(ObjectStore source, String folder, String last) throws IOException {
        List<ObjectInfo> found = new ArrayList<>();
        try (ObjectIterator objects = source.list(folder, last)) {
            while (objects.hasNext()) {
                found.add(objects.next());
            }
        }
        return found;
    }

    /**
     * The WAL of a generation.
     *
     * @param to how it is named in the destination
     * @param last its last segment
     * @param lastKey of that in the source
     */
    record Wal(Generation generation, ReplicaLayout to, Position last, String lastKey) implements ReplicaTail {

        /** Empty if there is no WAL. */
        static Optional<ReplicaTail> of(GenerationCatalog catalog, ReplicaLayout to) {
            List<WalSegmentInfo> segments = catalog.segments();
            return segments.isEmpty()
                    ? Optional.empty()
                    : Optional.of(at(catalog.generation(), to, segments.get(segments.size() - 1)));
        }

        private static Wal at(Generation generation, ReplicaLayout to, WalSegmentInfo segment) {
            return new Wal(generation, to, segment.position(), segment.object().key());
        }

        @Override
        public Optional<Growth> growth(ObjectStore source) throws IOException {
            GenerationCatalog added =
                    GenerationCatalog.of(generation, after(source, ReplicaLayout.walFolder(generation), lastKey));
            if (!added.damages().isEmpty()) {
                return Optional.empty();
            }
            List<WalSegmentInfo> segments = added.segments();
            List<CopiedObject> objects = new ArrayList<>();
            Wal tail = this;
            for (int number = 0; number < segments.size(); number++) {
                WalSegmentInfo segment = segments.get(number);
                if (!tail.isFollowedBy(segment)) {
                    return Optional.empty();
                }
                boolean followed =
                        number + 1 < segments.size() && segments.get(number + 1).index() == segment.index();
                OptionalLong end =
                        followed ? OptionalLong.of(segments.get(number + 1).offset()) : OptionalLong.empty();
                objects.add(new CopiedObject(
                        segment.object(),
                        to.walSegmentKey(segment.position()),
                        new ObjectForm.WalSegment(segment.offset(), end),
                        Optional.empty()));
                tail = at(generation, to, segment);
            }
            return Optional.of(new Growth(objects, tail));
        }

        private boolean isFollowedBy(WalSegmentInfo segment) {
            return segment.index() == last.index()
                    ? segment.offset() > last.offset()
                    : segment.index() == last.index() + 1 && segment.offset() == 0;
        }
    }

    /**
     * The files of level 0, each of which is one sync of the database.
     *
     * @param to where they lie in the destination
     * @param last the last transaction
     * @param lastKey of the last file in the source; empty if the level has none
     */
    record Ltx(LtxTree from, LtxTree to, long last, String lastKey) implements ReplicaTail {

        static ReplicaTail of(LtxTree from, LtxTree to, List<LtxFileInfo> files) {
            long last = 0;
            String lastKey = "";
            for (LtxFileInfo file : files) {
                last = Math.max(last, file.maxTxid().value());
                if (file.level() == 0 && file.key().compareTo(lastKey) > 0) {
                    lastKey = file.key();
                }
            }
            return new Ltx(from, to, last, lastKey);
        }

        @Override
        public Optional<Growth> growth(ObjectStore source) throws IOException {
            List<CopiedObject> objects = new ArrayList<>();
            long reached = last;
            String key = lastKey;
            for (ObjectInfo object : after(source, from.levelFolder(0), lastKey)) {
                Optional<LtxFileInfo> file = LtxFileInfo.of(from, 0, object);
                if (file.isEmpty()) {
                    continue;
                }
                long min = file.get().minTxid().value();
                long max = file.get().maxTxid().value();
                if (min > reached + 1) {
                    return Optional.empty();
                }
                objects.add(new CopiedObject(
                        object, to.key(0, new LtxFileName(min, max)), new ObjectForm.LtxFile(), Optional.empty()));
                reached = Math.max(reached, max);
                key = object.key();
            }
            return Optional.of(new Growth(objects, new Ltx(from, to, reached, key)));
        }
    }
}
