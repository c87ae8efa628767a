// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.client.sftp;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchHostKeyException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SocketFactory;
import dev.tailrace.error.StoreAccessException;
import dev.tailrace.error.StoreUnavailableException;
import dev.tailrace.error.TailraceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One try to connect and log in, from the socket to the first channel; and what its failure means. */
final class Handshake {

    private static final String CANNOT = "cannot connect to ";

    private final Login login;
    private final String location;
    private final Socket socket = new Socket();

    Handshake(Login login, String location) {
        this.login = login;
        this.location = location;
    }

    /** Blocks until there is a connection. */
    Connection run() throws TailraceException {
        HostKeyCheck hostKey = login.hostKeys().check(location);
        Session session = null;
        boolean made = false;
        try {
            session = session(hostKey);
            session.connect(millis(login.connectTimeout()));
            Connection connection =
                    new Connection(session, socket, location, login.connectTimeout(), login.stallTimeout());
            firstChannel(connection, session);
            made = true;
            return connection;
        } catch (JSchHostKeyException e) {
            throw hostKey.refusal(e);
        } catch (JSchException e) {
            throw failure(e);
        } finally {
            if (!made) {
                abandon();
                if (session != null) {
                    session.disconnect();
                }
            }
        }
    }

    /** Makes {@link #run} fail soon. */
    void abandon() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing more is expected of it.
            return;
        }
    }

    private Session session(HostKeyCheck hostKey) throws JSchException, TailraceException {
        JSch jsch = new JSch();
        login.credentials().giveTo(jsch, location);
        Session session = jsch.getSession(login.user(), login.host(), login.port());
        login.credentials().password().ifPresent(session::setPassword);
        session.setHostKeyRepository(hostKey);
        session.setConfig("StrictHostKeyChecking", "yes");
        session.setConfig("PreferredAuthentications", "publickey,password,keyboard-interactive");
        session.setSocketFactory(new OneSocket());
        session.setDaemonThread(true);
        // A connection that is idle is asked whether it is alive, and given up if it does not say so.
        session.setServerAliveInterval(Math.max(1_000, millis(login.stallTimeout()) / 2));
        session.setServerAliveCountMax(1);
        return session;
    }

    private void firstChannel(Connection connection, Session session) throws TailraceException {
        long began = System.nanoTime();
        try {
            connection.begin();
        } catch (JSchException e) {
            // The library says the same of a refusal and of silence.
            boolean silent = System.nanoTime() - began >= login.connectTimeout().toNanos();
            throw silent || !session.isConnected() || e.getCause() instanceof IOException
                    ? unavailable(silent ? "no answer in time" : reason(e), e)
                    : new StoreAccessException(
                            CANNOT + location + ": logged in, but the server gives no SFTP channel to this user ("
                                    + OneLine.of(e.getMessage()) + "); allow SFTP on the server (Subsystem sftp)",
                            location,
                            e);
        } catch (ProtocolFailure e) {
            throw new StoreAccessException(CANNOT + location + ": " + e.getMessage(), location, e);
        } catch (IOException e) {
            throw unavailable(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("interrupted", e);
        }
    }

    private TailraceException failure(JSchException failure) {
        String said = OneLine.of(failure.getMessage());
        String lower = said.toLowerCase(Locale.ROOT);
        if (lower.startsWith("auth fail")
                || lower.startsWith("auth cancel")
                || lower.startsWith("userauth fail")
                || lower.contains("too many authentication failures")) {
            return new StoreAccessException(
                    CANNOT + location + ": the server does not accept user " + login.user() + " with "
                            + login.credentials().described() + "; correct the user, or give another password ("
                            + Credentials.PASSWORD_VARIABLE + ") or key (" + Credentials.KEY_VARIABLE + ")",
                    location,
                    failure);
        }
        if (failure instanceof JSchAlgoNegoFailException) {
            return new StoreAccessException(
                    CANNOT + location + ": no common algorithm (" + said
                            + "); an old server needs an update, ssh-rsa with SHA-1 is not accepted",
                    location,
                    failure);
        }
        return unavailable(reason(failure), failure);
    }

    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "no such host; correct its name";
            }
            if (cause instanceof SocketTimeoutException) {
                return "no answer in time";
            }
            if (cause instanceof IOException) {
                return OneLine.of(cause.getMessage());
            }
        }
        return OneLine.of(failure.getMessage());
    }

    private StoreUnavailableException unavailable(String reason, @Nullable Throwable cause) {
        return new StoreUnavailableException(
                CANNOT + location + ": " + reason + "; see that the server runs at " + login.host() + ":" + login.port()
                        + ", or try again later",
                location,
                cause);
    }

    private static int millis(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, duration.toMillis()));
    }

    /** The library's own would make a thread to limit the time of connecting, and keep the socket to itself. */
    private final class OneSocket implements SocketFactory {

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            socket.connect(new InetSocketAddress(host, port), millis(login.connectTimeout()));
            return socket;
        }

        @Override
        public InputStream getInputStream(Socket from) throws IOException {
            return from.getInputStream();
        }

        @Override
        public OutputStream getOutputStream(Socket to) throws IOException {
            return to.getOutputStream();
        }
    }
}
