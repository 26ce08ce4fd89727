package io.reanchor.demo.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.UnifiedJedis;

/**
 * What a server itself says that commands took, in µs: EXEC from its command statistics, which include all that EXEC ran, every
 * other command from its slow log, which leaves EXEC out. For a server that nobody else uses meanwhile.
 */
final class ServerTime {
    /** Inside EXEC only; EXEC's own time has them already. */
    private static final Set<String> IN_EXEC = Set.of("UNLINK", "RENAME", "PERSIST", "PEXPIRE", "DEL", "PUBLISH");

    private static final Set<String> OWN = Set.of("CONFIG", "SLOWLOG", "INFO");
    private static final String REST = "bench:rest";
    private static final int SMALL_WORK = 50;
    private static final Pattern EXEC = Pattern.compile("cmdstat_exec:calls=(\\d+),usec=(\\d+)");
    private static final Pattern FREEING = Pattern.compile("lazyfree_pending_objects:(\\d+)");

    private final UnifiedJedis redis;

    ServerTime(UnifiedJedis redis) {
        this.redis = redis;
        call("CONFIG", "SET", "slowlog-log-slower-than", "0", "slowlog-max-len", "1000");
    }

    /**
     * @param exec EXEC
     * @param checks all commands outside EXEC together
     * @param slowest the slowest single command, EXEC or another
     */
    record Cost(long exec, long checks, long slowest) {
        long total() {
            return exec + checks;
        }
    }

    /** What the server spends on this. */
    Cost of(Runnable work) {
        awaitFreed();
        comeToRest();
        call("CONFIG", "RESETSTAT");
        call("SLOWLOG", "RESET");
        work.run();
        Matcher exec = find(EXEC, "commandstats");
        if (!exec.group(1).equals("1")) {
            throw new IllegalStateException(exec.group(1) + " EXEC instead of one: somebody else uses this server");
        }
        long inExec = Long.parseLong(exec.group(2));
        long checks = 0;
        long slowest = inExec;
        for (Object entry : (List<?>) call("SLOWLOG", "GET", "1000")) {
            List<?> fields = (List<?>) entry;
            long micros = (Long) fields.get(2);
            String command = text(((List<?>) fields.get(3)).get(0)).toUpperCase(Locale.ROOT);
            slowest = Math.max(slowest, OWN.contains(command) ? 0 : micros);
            boolean inScript = text(fields.get(4)).startsWith("?"); // its script's time has it already
            if (!inScript && !IN_EXEC.contains(command) && !OWN.contains(command)) {
                checks += micros;
            }
        }
        return new Cost(inExec, checks, slowest);
    }

    /** What an earlier round left to be freed would compete for the processor. */
    private void awaitFreed() {
        while (!find(FREEING, "memory").group(1).equals("0")) {
            Thread.onSpinWait();
        }
    }

    /** Copying a large hash drives the server's own code and tables out of the processor's caches: what is measured would be their way back. */
    private void comeToRest() {
        for (int i = 0; i < SMALL_WORK; i++) {
            call(
                    "EVAL",
                    "redis.call('HSET', KEYS[1], 'a', ARGV[1]); return redis.call('HGETALL', KEYS[1])",
                    "1",
                    REST,
                    "1");
            call("TYPE", REST);
            call("HLEN", REST);
            call("HMGET", REST, "a", "b");
        }
        call("DEL", REST);
    }

    private Matcher find(Pattern pattern, String section) {
        String info = text(call("INFO", section));
        Matcher matcher = pattern.matcher(info);
        if (!matcher.find()) {
            throw new IllegalStateException("no %s in INFO %s".formatted(pattern, section));
        }
        return matcher;
    }

    private Object call(String command, String... args) {
        return redis.sendCommand(Command.valueOf(command), args);
    }

    private static String text(Object reply) {
        return new String((byte[]) reply, StandardCharsets.UTF_8);
    }
}
