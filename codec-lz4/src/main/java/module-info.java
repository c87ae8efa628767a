/** LZ4 block compression by lz4-java. */
@org.jspecify.annotations.NullMarked
module dev.tailrace.codec.lz4 {
    requires static org.jspecify;
    requires transitive dev.tailrace;
    requires org.lz4.java;

    exports dev.tailrace.codec.lz4;

    provides dev.tailrace.codec.BlockCompression with
            dev.tailrace.codec.lz4.Lz4JavaCompression;
}
