package io.reanchor.demo;

import io.reanchor.kit.Connections;
import io.reanchor.kit.Keyspace;
import io.reanchor.live.LiveFeed;
import io.reanchor.live.LiveFeed.Standing;
import io.reanchor.workflow.ReanchorRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The live writer and gap detector, {@link LiveFeed}, which can be stopped and started again. Thread-safe. */
final class Writer implements AutoCloseable {
    private final Rig rig;
    private final Consumer<ReanchorRequest> reports;
    private @Nullable LiveFeed feed;

    /** Starts it. @param reports told what is missing, as long as it is */
    Writer(Rig rig, Consumer<ReanchorRequest> reports) {
        this.rig = rig;
        this.reports = reports;
        start();
    }

    synchronized void start() {
        LiveStack.Retention retention = LiveStack.Retention.DEFAULT;
        feed = LiveFeed.start(
                new LiveFeed.Settings(
                        rig.exchange().streamUri(),
                        List.of(rig.keys().symbol()),
                        Keyspace.DEFAULT,
                        retention.journals(),
                        retention.bars(),
                        "demo"),
                Connections.standalone(rig.redis(), Rig.REDIS_TIMEOUT),
                reports,
                InstantSource.system());
    }

    /** The live keys stay as they are. */
    synchronized void stop() {
        if (feed != null) {
            feed.close();
            feed = null;
        }
    }

    synchronized Standing standing() {
        if (feed == null) {
            throw new IllegalStateException("the live writer is stopped");
        }
        return feed.standing(rig.keys().symbol());
    }

    @Override
    public void close() {
        stop();
    }
}
