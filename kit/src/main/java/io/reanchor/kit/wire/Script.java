package io.reanchor.kit.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** A Lua script of ours: a look and its write in one step. Its file's head says what goes in and comes out. Immutable. */
public final class Script {
    private final byte[] source;
    private final byte[] sha;

    private Script(byte[] source) {
        this.source = source;
        this.sha = Replies.bytes(sha1(source));
    }

    /** Reads {@code <name>.lua} beside a class. */
    public static Script named(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name + ".lua")) {
            if (in == null) {
                throw new IllegalStateException("no script " + name + ".lua beside " + beside.getName());
            }
            return new Script(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + name + ".lua", e);
        }
    }

    /** Runs it; the server need not know it yet. */
    public Object run(Connection connection, List<String> keys, List<byte[]> args) {
        try {
            send(connection, keys, args);
            return connection.getOne();
        } catch (JedisNoScriptException e) {
            sendSource(connection, keys, args);
            return connection.getOne();
        }
    }

    /** Sends it by its hash, for a pipeline in which {@link #sendSource} came before. */
    public void send(Connection connection, List<String> keys, List<byte[]> args) {
        connection.sendCommand(Command.EVALSHA, arguments(sha, keys, args));
    }

    /** Sends it with its text, which also makes the server remember it. */
    public void sendSource(Connection connection, List<String> keys, List<byte[]> args) {
        connection.sendCommand(Command.EVAL, arguments(source, keys, args));
    }

    private static byte[][] arguments(byte[] script, List<String> keys, List<byte[]> args) {
        byte[][] all = new byte[2 + keys.size() + args.size()][];
        int at = 0;
        all[at++] = script;
        all[at++] = Replies.bytes(keys.size());
        for (String key : keys) {
            all[at++] = Replies.bytes(key);
        }
        for (byte[] arg : args) {
            all[at++] = arg;
        }
        return all;
    }

    private static String sha1(byte[] source) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(source));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
