// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.store.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.error.UnsupportedReplicaException;
import dev.tailrace.store.ListingBudget;
import org.junit.jupiter.api.Test;

class FolderNamesTest {

    private final FolderNames names =
            new FolderNames(new BucketFolder("bucket", "backup/", "s3://bucket/backup"), "a/");

    @Test
    void areInTheOrderOfKeysAndNotOfFolders() throws Exception {
        for (String name : new String[] {"b-/", "b/", "b0/", "b/", "\uE000/", "😀/"}) {
            names.add("backup/a/" + name);
        }
        assertThat(names.sorted()).containsExactly("b", "b-", "b0", "\uE000", "😀");
    }

    @Test
    void holdNothingThatNoKeyCouldHave() throws Exception {
        names.add("backup/a//");
        names.add("backup/a/");
        names.add("backup/b/c/");
        names.add("backup/a/object");
        names.add("");
        assertThat(names.sorted()).isEmpty();
    }

    /** Each takes a thousandth of what it would take else, so that the heap is not filled in earnest. */
    @Test
    void areRefusedBeforeTheyFillTheHeap() throws Exception {
        FolderNames few = new FolderNames("a/", new ListingBudget("\"a/\" in s3://bucket", "s3://bucket", 1_000));
        long most = ListingBudget.most(2_000);
        for (long i = 0; i < most; i++) {
            few.add("a/" + i + "/");
            few.add("a/0/");
        }
        assertThatThrownBy(() -> few.add("a/one more/"))
                .isInstanceOf(UnsupportedReplicaException.class)
                .hasMessageContaining("\"a/\" in s3://bucket lists more than " + most)
                .hasMessageContaining("-Xmx");
    }
}
