// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The requests of SFTP, version 3, on one channel. Each sends, and returns what can be waited for. Paths are absolute, or begin
 * at the folder where the user is when logged in.
 */
final class RemoteFiles {

    private static final int FOR_READING = 1;
    private static final int FOR_WRITING = 2;
    private static final int CREATE = 8;
    private static final int EXCLUSIVE = 0x20;
    private static final int OWNER_FILE = 0600;
    private static final int OWNER_FOLDER = 0700;

    private static final String POSIX_RENAME = "posix-rename@openssh.com";
    private static final String HARD_LINK = "hardlink@openssh.com";
    private static final String SYNC = "fsync@openssh.com";

    /**
     * One name in a folder.
     *
     * @param name empty if it is not UTF-8
     * @param attributes of itself, also where it is a link
     */
    record Name(Optional<String> name, Attributes attributes) {}

    private final Connection connection;
    private final SftpChannel channel;

    RemoteFiles(Connection connection, SftpChannel channel) {
        this.connection = connection;
        this.channel = channel;
    }

    /** Of what the path leads to, links followed. */
    Answer<Attributes> attributes(String path) throws IOException {
        return ask(new Request(Request.STAT).text(path), reply -> Attributes.read(reply.expect(Reply.ATTRS)));
    }

    /** Of what is at the path, also if that is a link. */
    Answer<Attributes> attributesOfLink(String path) throws IOException {
        return ask(new Request(Request.LSTAT).text(path), reply -> Attributes.read(reply.expect(Reply.ATTRS)));
    }

    /** Of an open file. */
    Answer<Attributes> attributes(byte[] handle) throws IOException {
        return ask(withHandle(Request.FSTAT, handle), reply -> Attributes.read(reply.expect(Reply.ATTRS)));
    }

    /** Absolute, without links, as far as the server resolves them. */
    Answer<String> realPath(String path) throws IOException {
        return ask(new Request(Request.REALPATH).text(path), reply -> {
            reply.expect(Reply.NAME);
            if (reply.u32() != 1) {
                throw new ProtocolFailure("not one path but several, or none");
            }
            return reply.name().orElseThrow(() -> new ProtocolFailure("a path that is not UTF-8"));
        });
    }

    /** Opens a file for reading. */
    Answer<byte[]> open(String path) throws IOException {
        return handle(new Request(Request.OPEN).text(path).u32(FOR_READING).u32(0));
    }

    /** Makes a new file for writing, readable for its owner only; refused if there is something of that name. */
    Answer<byte[]> create(String path) throws IOException {
        Request request = new Request(Request.OPEN).text(path).u32(FOR_WRITING | CREATE | EXCLUSIVE);
        Attributes.writePermissions(request, OWNER_FILE);
        return handle(request);
    }

    /** At least one byte, and at most as many as asked for; refused at the end of the file. */
    Answer<byte[]> read(byte[] handle, long offset, int count) throws IOException {
        return ask(withHandle(Request.READ, handle).u64(offset).u32(count), reply -> {
            byte[] bytes = reply.expect(Reply.DATA).bytes();
            if (bytes.length == 0 || bytes.length > count) {
                throw new ProtocolFailure(bytes.length + " bytes of a file, where 1 to " + count + " are due");
            }
            return bytes;
        });
    }

    Answer<Boolean> write(byte[] handle, long offset, byte[] bytes, int count) throws IOException {
        return done(withHandle(Request.WRITE, handle).u64(offset).bytes(bytes, 0, count));
    }

    Answer<Boolean> setModified(byte[] handle, long seconds) throws IOException {
        Request request = withHandle(Request.FSETSTAT, handle);
        Attributes.writeTimes(request, seconds);
        return done(request);
    }

    boolean canSync() {
        return channel.has(SYNC, "1");
    }

    Answer<Boolean> sync(byte[] handle) throws IOException {
        return done(new Request(Request.EXTENDED).text(SYNC).bytes(handle, 0, handle.length));
    }

    Answer<Boolean> close(byte[] handle) throws IOException {
        return done(withHandle(Request.CLOSE, handle));
    }

    Answer<byte[]> openFolder(String path) throws IOException {
        return handle(new Request(Request.OPENDIR).text(path));
    }

    /** The next names of a folder; refused at its end. */
    Answer<List<Name>> readFolder(byte[] handle) throws IOException {
        return ask(withHandle(Request.READDIR, handle), reply -> {
            reply.expect(Reply.NAME);
            List<Name> names = new ArrayList<>();
            for (int left = reply.u32(); left > 0; left--) {
                Optional<String> name = reply.name();
                // The line that "ls -l" would show.
                reply.bytes();
                names.add(new Name(name, Attributes.read(reply)));
            }
            return names;
        });
    }

    Answer<Boolean> makeFolder(String path) throws IOException {
        Request request = new Request(Request.MKDIR).text(path);
        Attributes.writePermissions(request, OWNER_FOLDER);
        return done(request);
    }

    Answer<Boolean> removeFolder(String path) throws IOException {
        return done(new Request(Request.RMDIR).text(path));
    }

    Answer<Boolean> remove(String path) throws IOException {
        return done(new Request(Request.REMOVE).text(path));
    }

    boolean canReplace() {
        return channel.has(POSIX_RENAME, "1");
    }

    /** Renames, also over a file, in one step. */
    Answer<Boolean> replace(String from, String to) throws IOException {
        return done(new Request(Request.EXTENDED).text(POSIX_RENAME).text(from).text(to));
    }

    /** Renames; refused if there is something of that name. */
    Answer<Boolean> rename(String from, String to) throws IOException {
        return done(new Request(Request.RENAME).text(from).text(to));
    }

    boolean canLink() {
        return channel.has(HARD_LINK, "1");
    }

    /** Gives a file a second name; refused if there is something of that name. */
    Answer<Boolean> link(String existing, String name) throws IOException {
        return done(new Request(Request.EXTENDED).text(HARD_LINK).text(existing).text(name));
    }

    private static Request withHandle(int type, byte[] handle) {
        return new Request(type).bytes(handle, 0, handle.length);
    }

    private Answer<byte[]> handle(Request request) throws IOException {
        return ask(request, reply -> reply.expect(Reply.HANDLE).bytes());
    }

    private Answer<Boolean> done(Request request) throws IOException {
        return ask(request, reply -> {
            reply.expect(Reply.STATUS);
            return true;
        });
    }

    private <T> Answer<T> ask(Request request, Answer.Reading<T> reading) throws IOException {
        return new Answer<>(connection, channel.send(request), reading);
    }
}
