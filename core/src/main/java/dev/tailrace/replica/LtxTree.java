// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import dev.tailrace.ltx.LtxFileName;
import dev.tailrace.store.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where Litestream 0.5 puts its LTX files below a replica's root. It depends on the storage they were first written to. */
public enum LtxTree {

    /** File, SFTP, GCS, Azure, WebDAV, NATS: {@code ltx/<level>/<min16>-<max16>.ltx}. */
    LTX_FOLDER("ltx/", ""),

    /** S3 and OSS: {@code <level, 4 digits>/<min16>-<max16>.ltx}. */
    LEVEL_FOLDERS("", "000"),

    /** S3 and OSS with no path: as {@link #LEVEL_FOLDERS}, but each key begins with a slash. */
    LEVEL_FOLDERS_AFTER_SLASH("/", "000");

    /** Levels 0 to 8 hold changes, ever more of them in one file; {@link #SNAPSHOT_LEVEL} whole databases. */
    public static final int LEVELS = 10;

    /** The level of the files that hold the whole database. */
    public static final int SNAPSHOT_LEVEL = 9;

    private final String folder;
    private final String zeros;

    /** @param zeros before a level, which is one digit */
    LtxTree(String folder, String zeros) {
        this.folder = folder;
        this.zeros = zeros;
    }

    /**
     * The trees that a store has folders of, found without a listing of all objects; in the order they are declared. More than
     * one is a replica that was copied from one storage to another and went on there; their transactions are not to be
     * mixed.
     */
    public static List<LtxTree> in(ObjectStore store) throws IOException {
        List<String> folders = store.listFolders("");
        List<LtxTree> found = new ArrayList<>();
        for (LtxTree tree : values()) {
            boolean mayBe =
                    tree.folder.isEmpty() || folders.contains(tree.folder.substring(0, tree.folder.length() - 1));
            if (mayBe && tree.isIn(tree.folder.isEmpty() ? folders : store.listFolders(tree.folder))) {
                found.add(tree);
            }
        }
        return found;
    }

    /**
     * The tree that Litestream 0.5 itself uses on a storage.
     *
     * @param scheme of the replica's URL
     * @param path of the replica's URL
     */
    public static LtxTree usedOn(String scheme, String path) {
        boolean levels = scheme.equals("s3") || scheme.equals("oss");
        boolean atRoot = path.replace("/", "").isEmpty();
        return levels ? (atRoot ? LEVEL_FOLDERS_AFTER_SLASH : LEVEL_FOLDERS) : LTX_FOLDER;
    }

    private boolean isIn(List<String> folders) {
        for (int level = 0; level < LEVELS; level++) {
            if (folders.contains(levelName(level))) {
                return true;
            }
        }
        return false;
    }

    /** The folder of a level, below the replica's root, with its closing slash. */
    public String levelFolder(int level) {
        return folder + levelName(requireLevel(level)) + "/";
    }

    /** The key of a file, below the replica's root. */
    public String key(int level, LtxFileName name) {
        return levelFolder(level) + name;
    }

    /** Reads a key of a level; empty for what is no LTX file directly in its folder. */
    Optional<LtxFileName> nameOf(int level, String key) {
        String prefix = levelFolder(level);
        return key.startsWith(prefix) ? LtxFileName.parse(key.substring(prefix.length())) : Optional.empty();
    }

    private String levelName(int level) {
        // Not by a format: it is made anew for every name that is listed.
        return zeros + level;
    }

    static int requireLevel(int level) {
        if (level < 0 || level >= LEVELS) {
            throw new IllegalArgumentException("no level: " + level + ", they are 0 to " + (LEVELS - 1));
        }
        return level;
    }
}
