// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tailrace.fixture.MemoryStore;
import dev.tailrace.store.ObjectInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LtxNamesTest {

    private static final String NAME = "0000000000000001-0000000000000002.ltx";
    private static final Instant TIME = Instant.EPOCH;

    private static ObjectInfo object(String key, long size, Instant stored, Instant recorded, String version) {
        return new ObjectInfo(key, size, stored, Optional.ofNullable(recorded), Optional.ofNullable(version));
    }

    private static LtxFileInfo file(ObjectInfo object) {
        return LtxFileInfo.of(LtxTree.LTX_FOLDER, 0, object).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "s3, app, LEVEL_FOLDERS",
        "s3, /, LEVEL_FOLDERS_AFTER_SLASH",
        "oss, '', LEVEL_FOLDERS_AFTER_SLASH",
        "oss, /app, LEVEL_FOLDERS",
        "file, /app, LTX_FOLDER",
        "gs, '', LTX_FOLDER"
    })
    void treeIsThatOfLitestreamOnTheStorage(String scheme, String path, LtxTree tree) {
        assertThat(LtxTree.usedOn(scheme, path)).isEqualTo(tree);
    }

    @ParameterizedTest
    @CsvSource({"LTX_FOLDER, ltx/9/", "LEVEL_FOLDERS, 0009/", "LEVEL_FOLDERS_AFTER_SLASH, /0009/"})
    void levelsHaveFolders(LtxTree tree, String folder) {
        assertThat(tree.levelFolder(9)).isEqualTo(folder);
    }

    @Test
    void thereAreTenLevels() throws IOException {
        assertThat(LtxTree.LTX_FOLDER.levelFolder(0)).isEqualTo("ltx/0/");
        for (int level : new int[] {-1, 10}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LtxTree.LTX_FOLDER.levelFolder(level))
                    .withMessage("no level: " + level + ", they are 0 to 9");
        }
        MemoryStore store = new MemoryStore();
        store.put("ltx/10/" + NAME, new byte[1]);
        assertThat(LtxTree.in(store)).isEmpty();
        store.put("ltx/9/" + NAME, new byte[1]);
        assertThat(LtxTree.in(store)).containsExactly(LtxTree.LTX_FOLDER);
    }

    @Test
    void keysOfOtherLevelsOrDeeperFoldersAreNoFiles() {
        for (String key : List.of("ltx/1/" + NAME, "ltx/0/x/" + NAME, "ltx/0/x" + NAME, NAME)) {
            assertThat(LtxFileInfo.of(LtxTree.LTX_FOLDER, 0, object(key, 1, TIME, null, null)))
                    .as(key)
                    .isEmpty();
        }
    }

    @Test
    void twoFilesAreEqualIfAllThatIsToldOfThemIs() {
        String key = "ltx/0/" + NAME;
        LtxFileInfo file = file(object(key, 1, TIME, TIME, "v"));
        assertThat(file)
                .isEqualTo(file(object(key, 1, TIME, TIME, "v")))
                .hasSameHashCodeAs(file(object(key, 1, TIME, TIME, "v")))
                .isNotEqualTo(file(object(key, 2, TIME, TIME, "v")))
                .isNotEqualTo(file(object(key, 1, TIME.plusSeconds(1), TIME, "v")))
                .isNotEqualTo(file(object(key, 1, TIME, null, "v")))
                .isNotEqualTo(file(object(key, 1, TIME, TIME, "w")))
                .isNotEqualTo(file(object(key, 1, TIME, TIME, null)))
                .isNotEqualTo(file(object("ltx/0/0000000000000001-0000000000000003.ltx", 1, TIME, TIME, "v")))
                .isNotEqualTo(file(object("ltx/0/0000000000000002-0000000000000002.ltx", 1, TIME, TIME, "v")))
                .isNotEqualTo(LtxFileInfo.of(LtxTree.LTX_FOLDER, 1, object("ltx/1/" + NAME, 1, TIME, TIME, "v"))
                        .orElseThrow())
                .isNotEqualTo(LtxFileInfo.of(LtxTree.LEVEL_FOLDERS, 0, object("0000/" + NAME, 1, TIME, TIME, "v"))
                        .orElseThrow())
                .isNotEqualTo(null)
                .isNotEqualTo("file");
        assertThat(file.createdAt()).isEqualTo(TIME);
        assertThat(file(object(key, 1, TIME.plusSeconds(1), null, null)).createdAt())
                .isEqualTo(TIME.plusSeconds(1));
    }
}
