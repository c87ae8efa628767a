// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.it.process;

import dev.tailrace.store.ObjectInfo;
import dev.tailrace.store.ObjectIterator;
import dev.tailrace.store.ObjectStore;
import dev.tailrace.testkit.ForwardingObjectStore;
import java.io.IOException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeSet;

/** A store with a small replica that can be read, and a {@link Crowd} of names besides, none of which is held in memory. */
final class CrowdedStore extends ForwardingObjectStore {

    private final Crowd crowd;

    /** @param replica closed with this store */
    CrowdedStore(ObjectStore replica, Crowd crowd) {
        super(replica);
        this.crowd = crowd;
    }

    @Override
    public ObjectIterator list(String prefix, String startAfter) throws IOException {
        ObjectIterator own = super.list(prefix, startAfter);
        return new ObjectIterator() {
            private int folder = nextFolder(0);
            private int number;

            private int nextFolder(int from) {
                int next = from;
                while (next < crowd.folders().size()
                        && !crowd.folders().get(next).startsWith(prefix)
                        && !prefix.startsWith(crowd.folders().get(next))) {
                    next++;
                }
                return next;
            }

            @Override
            public boolean hasNext() throws IOException {
                return own.hasNext() || folder < crowd.folders().size();
            }

            @Override
            public ObjectInfo next() throws IOException {
                if (own.hasNext()) {
                    return own.next();
                }
                if (!hasNext()) {
                    throw new NoSuchElementException("end of the listing");
                }
                ObjectInfo object = new ObjectInfo(
                        crowd.folders().get(folder) + crowd.name(folder, number),
                        1000,
                        crowd.time(folder, number),
                        Optional.empty(),
                        Optional.of("9b2cf535f27731c974343645a3985328-" + number));
                number++;
                if (number == crowd.names()) {
                    number = 0;
                    folder = nextFolder(folder + 1);
                }
                return object;
            }

            @Override
            public void close() throws IOException {
                own.close();
            }
        };
    }

    @Override
    public List<String> listFolders(String prefix) throws IOException {
        TreeSet<String> names = new TreeSet<>(super.listFolders(prefix));
        for (String folder : crowd.folders()) {
            if (folder.startsWith(prefix) && folder.length() > prefix.length()) {
                names.add(folder.substring(prefix.length(), folder.indexOf('/', prefix.length())));
            }
        }
        return List.copyOf(names);
    }

    @Override
    public String location() {
        return "crowd among " + super.location();
    }
}
