package io.reanchor.demo;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.Jedis;

/** The live keys as one number: SHA-256 over the names, in order, and what DUMP says of each. */
final class LiveDigest {
    /**
     * A hash that has grown moves its fields into its new table bit by bit, with each look at it, and DUMP writes them in the order in
     * which they lie. So the move is brought to its end first; nothing is changed.
     */
    private static final String SETTLE =
            "for _, key in ipairs(KEYS) do for i = 1, 20000 do redis.call('HEXISTS', key, '') end end";

    private LiveDigest() {}

    static String of(Jedis redis, DemoKeys keys) {
        List<String> names = keys.live().stream().sorted().toList();
        redis.eval(SETTLE, names, List.of());
        var transaction = redis.multi();
        names.forEach(transaction::dump);
        List<Object> dumps = transaction.exec();
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (int i = 0; i < names.size(); i++) {
                byte[] dump = dumps.get(i) instanceof byte[] bytes ? bytes : new byte[0];
                sha.update((names.get(i) + " " + dump.length + "\n").getBytes(StandardCharsets.UTF_8));
                sha.update(dump);
            }
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
