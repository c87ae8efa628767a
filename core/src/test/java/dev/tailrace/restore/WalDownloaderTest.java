// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tailrace.error.DamagedReplicaException;
import dev.tailrace.error.RestoreCancelledException;
import dev.tailrace.error.RestoreTargetException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TargetNotAvailableException;
import dev.tailrace.fixture.ReplicaBytes;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases of Litestream's own suite, by their number in the list of requirements. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WalDownloaderTest {

    private static final String NOT_FOUND = "wal not found: generation=" + ReplicaBytes.GENERATION + " index=";

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest(name = "at parallelism {0}")
    @ValueSource(ints = {1, 8, 1024})
    private @interface AtEveryParallelism {}

    @TempDir
    Path folder;

    private DownloadScene scene;

    @BeforeEach
    void makeScene() {
        scene = new DownloadScene(folder);
    }

    @AfterEach
    void leavesNothing() {
        scene.isClean();
    }

    private void delivers(int parallelism, long min, long max) throws IOException {
        WalDownloader download =
                scene.download(min, max).parallelism(parallelism).build();
        for (long index = min; index <= max; index++) {
            scene.takes(download, index);
            assertThat(download.count()).isEqualTo(index - min + 1);
        }
        assertThat(download.next()).isEmpty();
        assertThat(download.next()).isEmpty();
        assertThat(download.count()).isEqualTo(max - min + 1);
        download.close();
        assertThat(scene.store.listed())
                .hasSize(1)
                .allSatisfy((prefix, times) -> assertThat(times).hasValue(1));
        assertThat(scene.store.opened())
                .allSatisfy((key, times) -> assertThat(times).hasValue(1));
    }

    @Nested
    class Delivers {

        @AtEveryParallelism
        void peer50AllIndexesInOrder(int parallelism) throws IOException {
            scene.threeIndexes();
            delivers(parallelism, 0, 2);
            assertThat(scene.store.opened()).hasSize(6);
        }

        @AtEveryParallelism
        void peer51TheOnlyIndex(int parallelism) throws IOException {
            scene.index(0, 2);
            delivers(parallelism, 0, 0);
        }

        @AtEveryParallelism
        void peer52OneOfSeveral(int parallelism) throws IOException {
            scene.threeIndexes();
            delivers(parallelism, 1, 1);
            assertThat(scene.store.opened()).hasSize(1);
        }

        @AtEveryParallelism
        void peer53TheFirstOnes(int parallelism) throws IOException {
            scene.threeIndexes();
            delivers(parallelism, 0, 1);
        }

        @AtEveryParallelism
        void peer54TheLastOnes(int parallelism) throws IOException {
            scene.threeIndexes();
            delivers(parallelism, 1, 2);
        }

        @AtEveryParallelism
        void peer55AThousandIndexes(int parallelism) throws IOException {
            for (int index = 0; index < 1000; index++) {
                scene.index(index, 1 + index % 2);
            }
            delivers(parallelism, 0, 999);
        }
    }

    /**
     * Failures to begin come again from every call, and once from close: there in an exception of its own, since
     * try-with-resources adds what close throws to what the body threw, and no exception can be added to itself.
     */
    @Nested
    class RefusesToBegin {

        private Throwable refusal(WalDownloader.Builder builder) throws IOException {
            WalDownloader download = builder.build();
            Throwable refusal = catchThrowable(download::next);
            assertThat(refusal).isNotNull();
            assertThatThrownBy(download::next).isSameAs(refusal);
            assertThatThrownBy(download::close)
                    .isExactlyInstanceOf(refusal.getClass())
                    .hasMessage(refusal.getMessage())
                    .isNotSameAs(refusal);
            assertThat(download.count()).isZero();
            download.close();
            assertThatThrownBy(download::next).isInstanceOf(RestoreCancelledException.class);
            assertThat(scene.store.opened()).isEmpty();
            return refusal;
        }

        /** Nothing before, or nothing after: the range lies outside of what there is. */
        private void outside(int parallelism, long min, long max, String missing) throws IOException {
            assertThat(refusal(scene.download(min, max).parallelism(parallelism)))
                    .isInstanceOf(TargetNotAvailableException.class)
                    .hasMessage(NOT_FOUND + missing);
        }

        @AtEveryParallelism
        void peer56WithoutTheGeneration(int parallelism) throws IOException {
            outside(parallelism, 0, 2, "00000000");
        }

        @AtEveryParallelism
        void peer57WithoutAnyWal(int parallelism) throws IOException {
            scene.replica.snapshot(0, new byte[1]);
            scene.store.put("generations/" + ReplicaBytes.GENERATION + "/wal/", new byte[0]);
            outside(parallelism, 0, 2, "00000000");
        }

        @AtEveryParallelism
        void peer58WithoutAnySegment(int parallelism) throws IOException {
            scene.store.put("generations/" + ReplicaBytes.GENERATION + "/wal/00000000/", new byte[0]);
            scene.store.put(
                    "generations/" + ReplicaBytes.GENERATION + "/wal/00000000/00000000.wal.lz4.tmp", new byte[1]);
            outside(parallelism, 0, 2, "00000000");
        }

        @AtEveryParallelism
        void peer61WithoutAMinimum(int parallelism) throws IOException {
            scene.threeIndexes();
            assertThat(refusal(scene.download(-1, -1).parallelism(parallelism)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("minimum index required");
        }

        @AtEveryParallelism
        void peer62WithoutAMaximum(int parallelism) throws IOException {
            scene.threeIndexes();
            assertThat(refusal(scene.download(2, -1).parallelism(parallelism)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("maximum index required");
        }

        @AtEveryParallelism
        void peer63WithTheMinimumAboveTheMaximum(int parallelism) throws IOException {
            scene.threeIndexes();
            assertThat(refusal(scene.download(2, 1).parallelism(parallelism)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("minimum index cannot be larger than maximum index");
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, 0})
        void peer64WithoutParallelism(int parallelism) throws IOException {
            scene.threeIndexes();
            assertThat(refusal(scene.download(0, 2).parallelism(parallelism)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("parallelism must be at least one");
        }

        @AtEveryParallelism
        void peer65WithoutTheFirstIndex(int parallelism) throws IOException {
            scene.index(1, 1);
            scene.index(2, 1);
            outside(parallelism, 0, 2, "00000000");
        }

        /** Unlike the ends of the range, a hole is damage, and told as such. */
        @AtEveryParallelism
        void peer66WithAHole(int parallelism) throws IOException {
            scene.index(0, 1);
            scene.index(2, 1);
            assertThat(refusal(scene.download(0, 2).parallelism(parallelism)))
                    .isInstanceOf(DamagedReplicaException.class)
                    .hasMessageEndingWith(NOT_FOUND + "00000001");
        }

        @AtEveryParallelism
        void peer67WithoutTheLastIndex(int parallelism) throws IOException {
            scene.index(0, 1);
            scene.index(1, 1);
            outside(parallelism, 0, 2, "00000002");
            scene = new DownloadScene(folder).threeIndexes();
            outside(parallelism, 0, Long.MAX_VALUE, "00000003");
        }

        @AtEveryParallelism
        void peer68IfTheListingFails(int parallelism) throws IOException {
            scene.threeIndexes();
            scene.store.hook((operation, key) -> {
                throw new StoreUnavailableException("marker", "memory://test", null);
            });
            assertThat(refusal(scene.download(0, 2).parallelism(parallelism)))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessage("wal segments: marker");
        }

        @AtEveryParallelism
        void peer74AndSaysTheIndexInHexadecimal(int parallelism) throws IOException {
            scene.threeIndexes();
            outside(parallelism, 1000, 1000, "000003e8");
        }
    }

    @Nested
    class Closes {

        @AtEveryParallelism
        void peer59BeforeAnything(int parallelism) throws IOException {
            scene.threeIndexes();
            WalDownloader download =
                    scene.download(0, 2).parallelism(parallelism).build();
            download.close();
            assertThatThrownBy(download::next).isInstanceOf(RestoreCancelledException.class);
            assertThat(scene.store.listed()).isEmpty();
        }

        @AtEveryParallelism
        void peer60AfterTheFirstFile(int parallelism) throws IOException {
            scene.threeIndexes();
            WalDownloader download =
                    scene.download(0, 2).parallelism(parallelism).build();
            scene.takes(download, 0);
            download.close();
            assertThatThrownBy(download::next).isInstanceOf(RestoreCancelledException.class);
            assertThat(download.count()).isEqualTo(1);
        }
    }

    /** Failures to download come once. */
    @Nested
    class Fails {

        private Throwable failure(WalDownloader download) throws IOException {
            Throwable failure = catchThrowable(download::next);
            scene.isClean();
            assertThatThrownBy(download::next)
                    .isInstanceOf(RestoreCancelledException.class)
                    .isNotSameAs(failure);
            download.close();
            return failure;
        }

        @AtEveryParallelism
        void peer69WhereASegmentIsMissing(int parallelism) throws IOException {
            scene.replica.segment(0, 0, new byte[0x2050]).segment(0, 0x3000, new byte[1]);
            scene.index(1, 1);
            WalDownloader download =
                    scene.download(0, 1).parallelism(parallelism).build();
            assertThat(failure(download))
                    .isInstanceOf(DamagedReplicaException.class)
                    .hasMessageEndingWith("missing WAL offset: generation=" + ReplicaBytes.GENERATION
                            + " index=00000000 offset=00002050");
        }

        @AtEveryParallelism
        void peer69WhereTheFirstSegmentIsMissing(int parallelism) throws IOException {
            scene.index(0, 1);
            scene.replica.segment(1, 0x20, new byte[1]);
            WalDownloader download =
                    scene.download(0, 1).parallelism(parallelism).build();
            scene.takes(download, 0);
            assertThat(failure(download)).hasMessageEndingWith("index=00000001 offset=00000000");
            assertThat(download.count()).isEqualTo(1);
        }

        @AtEveryParallelism
        void peer69WhereSegmentsOverlap(int parallelism) throws IOException {
            scene.replica.segment(0, 0, new byte[0x2050]).segment(0, 0x2000, new byte[1]);
            assertThat(failure(scene.download(0, 0).parallelism(parallelism).build()))
                    .hasMessageEndingWith("index=00000000 offset=00002050");
        }

        @AtEveryParallelism
        void peer70IfTheCallerIsInterrupted(int parallelism) throws IOException {
            scene.threeIndexes();
            WalDownloader download =
                    scene.download(0, 2).parallelism(parallelism).build();
            Thread.currentThread().interrupt();
            Throwable failure = catchThrowable(download::next);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(failure).isInstanceOf(RestoreCancelledException.class);
            assertThat(failure(download)).isInstanceOf(RestoreCancelledException.class);
            assertThat(scene.store.listed()).isEmpty();
        }

        /** By a disk that refuses: who runs the tests may be root, who is refused nothing. */
        @AtEveryParallelism
        void peer71IfTheFolderIsNotWritable(int parallelism) throws IOException {
            scene.threeIndexes();
            Disk refusing = FailingDisk.failing((operation, path) -> {
                if (operation.equals("create")) {
                    throw new AccessDeniedException(path);
                }
            });
            WalDownloader download =
                    scene.download(0, 2).parallelism(parallelism).disk(refusing).build();
            assertThat(failure(download))
                    .isInstanceOf(RestoreTargetException.class)
                    .hasMessageContaining("permission denied");
        }

        @AtEveryParallelism
        void peer72IfASegmentCannotBeOpened(int parallelism) throws IOException {
            storeFails(parallelism, "open", "read WAL segment: marker");
        }

        @AtEveryParallelism
        void peer73IfASegmentCannotBeRead(int parallelism) throws IOException {
            storeFails(parallelism, "read", "copy WAL segment: marker");
        }

        private void storeFails(int parallelism, String failing, String message) throws IOException {
            scene.threeIndexes();
            scene.store.hook((operation, key) -> {
                if (operation.equals(failing) && key.equals(scene.replica.walKey(1, 0))) {
                    throw new StoreUnavailableException("marker", "memory://test", null);
                }
            });
            WalDownloader download =
                    scene.download(0, 2).parallelism(parallelism).build();
            scene.takes(download, 0);
            assertThat(failure(download))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessage(message);
        }

        /** Damage names its object, so that the words of the step, which Litestream has here too, would say nothing more. */
        @AtEveryParallelism
        void ifASegmentIsNotOneWholeFrame(int parallelism) throws IOException {
            scene.threeIndexes();
            String key = scene.replica.walKey(2, 0);
            byte[] frame = scene.store.get(key);
            for (int length : new int[] {0, 3, frame.length - 5, frame.length - 1, frame.length + 1}) {
                scene.store.put(key, Arrays.copyOf(frame, length));
                WalDownloader download =
                        scene.download(1, 2).parallelism(parallelism).build();
                scene.takes(download, 1);
                assertThat(failure(download))
                        .isInstanceOf(DamagedReplicaException.class)
                        .hasMessageStartingWith(key + ": ");
            }
        }

        @AtEveryParallelism
        void ifAFileIsInTheWayAndLeavesItAlone(int parallelism) throws IOException {
            scene.threeIndexes();
            Path other = Files.writeString(folder.resolve("db-00000001-wal"), "another's");
            WalDownloader download =
                    scene.download(0, 2).parallelism(parallelism).build();
            scene.takes(download, 0);
            assertThatThrownBy(download::next)
                    .isInstanceOf(RestoreTargetException.class)
                    .hasMessageContaining(other.toString());
            download.close();
            assertThat(other).hasContent("another's");
            Files.delete(other);
        }
    }
}
