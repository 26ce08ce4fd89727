package io.reanchor.testkit.check;

import io.reanchor.testkit.RespClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one server that the source names; after a failure it is asked again. */
final class OneServer implements Transactions {
    private final Observer.Source source;
    private final Duration timeout;
    private @Nullable RespClient connected;

    OneServer(Observer.Source source, Duration timeout) {
        this.source = source;
        this.timeout = timeout;
    }

    @Override
    public List<@Nullable Object> all(List<List<String>> commands) throws IOException {
        try {
            RespClient client = connected;
            if (client == null) {
                client = source.connect(timeout);
                connected = client;
            }
            return client.all(commands);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        RespClient client = connected;
        connected = null;
        if (client != null) {
            try {
                client.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
