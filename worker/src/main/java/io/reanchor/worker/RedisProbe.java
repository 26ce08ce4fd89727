package io.reanchor.worker;

import io.reanchor.redis.RedisHealth;

/** Whether Redis can be written to, and which kind it is. */
final class RedisProbe implements Probe {
    private final RedisHealth health;
    private final String what;
    private final String namedBy;

    RedisProbe(RedisProperties redis) {
        var settings = redis.settings();
        health = new RedisHealth(settings);
        what = settings.topology().shown();
        namedBy = redis.namedBy();
    }

    @Override
    public String what() {
        return what;
    }

    @Override
    public Finding look() {
        RedisHealth.Finding found = health.look();
        return found.up()
                ? Finding.up(found.detail())
                : Finding.down("%s It is named by %s.".formatted(found.detail(), namedBy));
    }
}
