package io.reanchor.worker;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorException;
import io.reanchor.redis.RedisStateException;
import io.reanchor.redis.RequestStream;
import io.reanchor.workflow.ReanchorRequest;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Makes recoveries of what stands in {@code reanchor:requests}. An entry is done when a recovery has taken its report; one that can't be taken just now stays, and is read again.
 */
final class RequestReader implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(RequestReader.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration START = Duration.ofSeconds(10);

    private final RequestStream stream;
    private final ReanchorClient client;
    private final Thread thread = new Thread(this::read, "requests");
    private volatile boolean running;

    RequestReader(RequestStream stream, ReanchorClient client) {
        this.stream = stream;
        this.client = client;
    }

    @Override
    public void start() {
        running = true;
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        boolean lost = false;
        while (running) {
            try {
                for (RequestStream.Entry entry : stream.next()) {
                    take(entry);
                }
                lost = false;
                Thread.sleep(LOOK_EVERY.toMillis());
            } catch (InterruptedException e) {
                return;
            } catch (RedisStateException e) {
                if (!lost) {
                    log.warn("{} can't be read now: {}", RequestStream.KEY, e.getMessage());
                }
                lost = true;
                pause();
            } catch (RuntimeException e) {
                log.error("{} can't be read, in a way nobody foresaw", RequestStream.KEY, e);
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(Duration.ofSeconds(1).toMillis());
        } catch (InterruptedException e) {
            running = false;
        }
    }

    private void take(RequestStream.Entry entry) {
        ReanchorRequest request;
        try {
            request = RequestEntry.request(entry);
        } catch (IllegalArgumentException e) {
            log.warn(
                    "{} {} can't be used: {}; it lies in {}",
                    RequestStream.KEY,
                    entry.id(),
                    e.getMessage(),
                    RequestStream.DEAD);
            stream.bury(entry, String.valueOf(e.getMessage()));
            return;
        }
        try {
            client.recover(request, START);
            stream.done(entry);
        } catch (ReanchorException e) {
            if (e.retryable()) {
                log.warn(
                        "{} {} of {} stays for now: {}",
                        RequestStream.KEY,
                        entry.id(),
                        request.symbol(),
                        e.getMessage());
            } else {
                log.warn("{} {} of {} is refused: {}", RequestStream.KEY, entry.id(), request.symbol(), e.getMessage());
                stream.bury(entry, e.type() + ": " + e.getMessage());
            }
        }
    }

    @Override
    public void stop() {
        running = false;
        thread.interrupt();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
