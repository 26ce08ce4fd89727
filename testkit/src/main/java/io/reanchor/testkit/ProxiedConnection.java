package io.reanchor.testkit;

import io.reanchor.testkit.FaultProxy.Held;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One client's connection through a {@link FaultProxy}: knows every command up and every reply down. */
final class ProxiedConnection {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    private enum Replies {
        PASS,
        SWALLOW,
        HALF
    }

    private final FaultProxy proxy;
    private final int number;
    private final Socket client;
    private final Socket server;
    private final OutputStream toServer;
    private Replies replies = Replies.PASS;
    private @Nullable Held held;
    private long sent;
    private long answered;
    private boolean over;

    ProxiedConnection(FaultProxy proxy, int number, Socket client, Socket server) throws IOException {
        this.proxy = proxy;
        this.number = number;
        this.client = client;
        this.server = server;
        this.toServer = new BufferedOutputStream(server.getOutputStream(), 65_536);
    }

    void start() {
        FaultProxy.start("fault-proxy-up", this::up);
        FaultProxy.start("fault-proxy-down", this::down);
    }

    private void up() throws IOException {
        try (InputStream in = new BufferedInputStream(client.getInputStream(), 65_536)) {
            for (RespCommand command = RespCommand.read(in); command != null; command = RespCommand.read(in)) {
                Held due = proxy.arrived(command, number);
                if (due != null && !goesOn(due, command)) {
                    return;
                }
                if (due == null) {
                    pass(command);
                }
                if (in.available() == 0) {
                    toServer.flush();
                }
            }
            toServer.flush();
            awaitAnswers(); // of a client that is gone: what it had sent is done all the same
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    /** @return whether the connection lasts */
    private boolean goesOn(Held due, RespCommand command) throws IOException, InterruptedException {
        toServer.flush();
        awaitAnswers();
        boolean after = due.how() == Break.CUT_AFTER;
        if (after) {
            set(Replies.SWALLOW, null);
            passNow(command);
            awaitAnswers();
        }
        due.arrive(); // runs what is to be done here
        switch (due.how()) {
            case CUT_BEFORE, CUT_AFTER -> {
                return false;
            }
            case HOLD -> due.awaitRelease();
            case LOSE_REPLY -> set(Replies.SWALLOW, null);
            case HALF_REPLY -> set(Replies.HALF, null);
            case HOLD_REPLY -> set(Replies.PASS, due);
            case NONE -> {}
        }
        passNow(command);
        return true;
    }

    private void passNow(RespCommand command) throws IOException {
        pass(command);
        toServer.flush();
    }

    private void pass(RespCommand command) throws IOException {
        synchronized (this) {
            sent++;
        }
        toServer.write(command.bytes());
    }

    private synchronized void set(Replies how, @Nullable Held until) {
        replies = how;
        held = until;
    }

    private synchronized void awaitAnswers() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE;
        while (answered < sent && !over) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new IllegalStateException("no answer within 10 s");
            }
            wait(left);
        }
    }

    private void down() throws IOException {
        OutputStream out = new BufferedOutputStream(client.getOutputStream(), 65_536);
        try (InputStream in = new BufferedInputStream(server.getInputStream(), 65_536)) {
            while (true) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                boolean answer = !(Resp.read(in, bytes) instanceof Resp.Push);
                if (!handOn(bytes.toByteArray(), in.available() == 0, out)) {
                    return;
                }
                count(answer);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private synchronized void count(boolean answer) {
        answered += answer ? 1 : 0;
        notifyAll();
    }

    private boolean handOn(byte[] reply, boolean last, OutputStream out) throws IOException, InterruptedException {
        Replies how;
        Held until;
        synchronized (this) {
            how = replies;
            until = held;
        }
        if (until != null) {
            until.awaitRelease();
        }
        if (how == Replies.PASS) {
            try {
                out.write(reply);
                if (last) {
                    out.flush();
                }
            } catch (IOException e) {
                set(Replies.SWALLOW, null); // the client is gone, what it had sent still comes
            }
        }
        if (how == Replies.HALF) {
            out.write(reply, 0, reply.length / 2);
            out.flush();
        }
        return how != Replies.HALF;
    }

    /** Cuts both sides. */
    void end() {
        synchronized (this) {
            over = true;
            notifyAll();
        }
        proxy.ended(this);
        FaultProxy.close(client);
        FaultProxy.close(server);
    }
}
