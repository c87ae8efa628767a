// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.benchmarks;

import dev.tailrace.ltx.LtxChecksum;
import dev.tailrace.wal.WalChecksum;
import dev.tailrace.wal.WalFormatException;
import dev.tailrace.wal.WalHeader;
import dev.tailrace.wal.WalReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What is done with each page of a restore, for one page of 4096 bytes, by one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class HotLoopBenchmark {

    static final int PAGE = 4096;
    static final int PAGES = 256;

    private final byte[] pages = HotLoopInput.pages(PAGES, PAGE);
    private final byte[] wal = HotLoopInput.wal(pages, PAGE);
    private final Lz4Pages lz4 = new Lz4Pages(pages, PAGE);
    private final LZ4SafeDecompressor fastest = LZ4Factory.fastestInstance().safeDecompressor();
    private final LZ4SafeDecompressor inJava = LZ4Factory.fastestJavaInstance().safeDecompressor();
    private final byte[] decoded = new byte[PAGE];

    private Path file = Path.of("");
    private ByteBuffer run = ByteBuffer.allocate(0);

    /** Makes the file that is written to. */
    @Setup
    public void open() throws IOException {
        file = Files.createTempFile("tailrace-pages-", ".db");
        run = ByteBuffer.allocateDirect(pages.length).put(pages);
    }

    /** Removes it. */
    @TearDown
    public void close() throws IOException {
        Files.delete(file);
    }

    /** The checksum of a WAL frame's page. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long walChecksum() {
        return WalChecksum.update(WalChecksum.START, ByteOrder.LITTLE_ENDIAN, pages, 0, pages.length);
    }

    /** The same with what is checked of a frame besides: its salts, its place in the chain. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long frameWalk() throws WalFormatException {
        WalReader reader = new WalReader(WalHeader.parse(wal, 0));
        int frame = reader.header().frameSize();
        for (int at = WalHeader.SIZE; at < wal.length; at += frame) {
            reader.next(wal, at);
        }
        return reader.checksum();
    }

    /** The checksum of an LTX file's page. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long ltxChecksum() {
        return LtxChecksum.update(LtxChecksum.START, pages, 0, pages.length);
    }

    /** A page in a block of its own, by the native library where it loads. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public int lz4Fastest() {
        return lz4.decodeAll(fastest, decoded);
    }

    /** A page in a block of its own, by Java. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public int lz4Java() {
        return lz4.decodeAll(inJava, decoded);
    }

    /** A page within a run of 256 that lies in memory, into a file that the system holds in memory. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long pageWrite() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return channel.write(run.rewind(), 0);
        }
    }
}
