// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import dev.tailrace.error.StoreAccessException;
import java.io.IOException;
import java.util.Optional;

/**
 * Which file is the object of a key. It lies in the root's folder, also when symbolic links are followed; the root itself may
 * be a link. Paths are looked at before they are used: this keeps out what was put there, not somebody who exchanges a folder
 * for a link in that moment.
 */
final class Root {

    private final String path;
    private final String location;

    /** @param path absolute, or below the login folder */
    Root(String path, String location) {
        this.path = path;
        this.location = location;
    }

    String location() {
        return location;
    }

    /** As the server is asked for it. */
    String path() {
        return path.isEmpty() ? "." : path;
    }

    /** The path of a key, or of a folder's key, which may end in a slash. */
    String path(String key) {
        String plain = key.endsWith("/") ? key.substring(0, key.length() - 1) : key;
        if (plain.isEmpty()) {
            return path();
        }
        return path.isEmpty() || path.endsWith("/") ? path + plain : path + "/" + plain;
    }

    /** Waits to be told whether something lies inside. */
    interface Inside {

        /**
         * The real path of what was asked about, or empty if there is nothing.
         *
         * @throws StoreAccessException if that leads out of the root
         */
        Optional<String> await() throws IOException;
    }

    /** Asks for the real path of something, and whether that is inside; other requests may be sent before it is waited for. */
    Inside inside(RemoteFiles files, String asked) throws IOException {
        Answer<String> root = files.realPath(path());
        Answer<String> real = files.realPath(asked);
        return () -> {
            try {
                String realRoot = root.await();
                String found = real.await();
                if (!isInside(found, realRoot)) {
                    throw leadsOut(asked);
                }
                return Optional.of(found);
            } catch (Refusal e) {
                if (e.isMissing()) {
                    return Optional.empty();
                }
                throw e;
            }
        };
    }

    private static boolean isInside(String real, String root) {
        return real.equals(root) || real.startsWith(root.endsWith("/") ? root : root + "/");
    }

    /** The file of an object, or empty if there is none: nothing, a folder, a device. */
    Optional<Attributes> find(RemoteFiles files, String key) throws IOException {
        String asked = path(key);
        Inside inside = inside(files, asked);
        Answer<Attributes> attributes = files.attributes(asked);
        boolean there = inside.await().isPresent();
        try {
            return Optional.of(attributes.await()).filter(found -> there && found.isRegular());
        } catch (Refusal e) {
            if (e.isMissing()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Tells a root that is not there yet from one that cannot be meant: a user who is locked into a folder sees that folder as
     * {@code /}, and a path written as others see it begins with a name that is not there.
     */
    void requireThinkable(RemoteFiles files) throws IOException {
        if (!path.startsWith("/") || path.length() == 1) {
            return;
        }
        int slash = path.indexOf('/', 1);
        String first = slash < 0 ? path : path.substring(0, slash);
        Answer<String> login = files.realPath(".");
        Answer<Attributes> attributes = files.attributes(first);
        try {
            attributes.await();
            login.await();
        } catch (Refusal e) {
            if (e.isMissing() && login.await().equals("/")) {
                throw new StoreAccessException(
                        "there is no " + first + " for this user of " + location + ", who may be locked into a folder"
                                + " that is seen as /: leave out what is above that folder, or write /~/ for it",
                        location,
                        e);
            }
        }
    }

    StoreAccessException leadsOut(String asked) {
        return new StoreAccessException(
                "a symbolic link leads out of " + location + ": " + asked + "; put the files into the replica's folder",
                location,
                null);
    }

    StoreAccessException notFolder(String asked) {
        return new StoreAccessException(
                "not a folder: " + asked + "; " + location + " must name the folder of a replica", location, null);
    }
}
