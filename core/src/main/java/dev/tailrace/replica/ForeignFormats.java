// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Recognises, by names alone, replicas that are not made of generations: Litestream 0.5's LTX files in both of its trees,
 * and the gzip files of 0.1 and 0.2. Each top folder is looked into at most once.
 */
final class ForeignFormats {

    static final String LTX = "Litestream 0.5 (LTX)";
    private static final String GZIP = "Litestream 0.2 or older (gzip)";

    /** Made for those replicas alone that may need them. */
    private static final class Names {

        static final Pattern LTX = Pattern.compile(".*/[0-9a-f]{16}-[0-9a-f]{16}\\.ltx");
        static final Pattern GZIP = Pattern.compile(".*\\.(snapshot|wal)\\.gz|.*/[0-9a-f]{16}\\.wal");

        private Names() {}
    }

    private ForeignFormats() {}

    static List<ForeignFormat> in(ObjectStore store) throws IOException {
        Optional<Instant> ltx = Optional.empty();
        Optional<Instant> gzip = Optional.empty();
        for (String folder : store.listFolders("")) {
            if (folder.equals("ltx") || isLtxLevel(folder)) {
                ltx = later(ltx, newest(store, folder + "/", Names.LTX));
            } else if (folder.equals("snapshots") || folder.equals("wal")) {
                gzip = later(gzip, newest(store, folder + "/", Names.GZIP));
            }
        }
        List<ForeignFormat> found = new ArrayList<>();
        ltx.ifPresent(time -> found.add(new ForeignFormat(LTX, time)));
        gzip.ifPresent(time -> found.add(new ForeignFormat(GZIP, time)));
        return found;
    }

    private static boolean isLtxLevel(String folder) {
        return folder.length() == 4 && folder.startsWith("000") && "0123456789".indexOf(folder.charAt(3)) >= 0;
    }

    private static Optional<Instant> newest(ObjectStore store, String prefix, Pattern name) throws IOException {
        Optional<Instant> newest = Optional.empty();
        try (ObjectIterator objects = store.list(prefix, "")) {
            while (objects.hasNext()) {
                ObjectInfo object = objects.next();
                if (name.matcher(object.key()).matches()) {
                    newest = later(newest, Optional.of(object.createdAt()));
                }
            }
        }
        return newest;
    }

    private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        return one.get().isAfter(other.get()) ? one : other;
    }
}
