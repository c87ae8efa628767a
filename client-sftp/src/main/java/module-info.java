/** Replicas in a folder of an SFTP server, for {@code sftp:} URLs. */
@org.jspecify.annotations.NullMarked
module dev.tailrace.client.sftp {
    requires static org.jspecify;
    requires transitive dev.tailrace;
    requires com.jcraft.jsch;

    exports dev.tailrace.client.sftp;

    provides dev.tailrace.store.ObjectStoreProvider with
            dev.tailrace.client.sftp.SftpObjectStoreProvider;
}
