package io.reanchor.demo.soak;

import io.reanchor.demo.TemporalInProcess;
import io.reanchor.testkit.TemporalDevServer;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Temporal server of a soak. The test server keeps a task for a worker that is gone for good, so that its run stands still: workers may
 * only die with another.
 *
 * @param text which one it is
 * @param outlivesWorkers whether a worker may be killed
 */
record Engine(String address, String text, boolean outlivesWorkers, AutoCloseable server) implements AutoCloseable {

    /** @param address of a server that is there; null for one of its own */
    static Engine start(@Nullable String address) {
        if (address != null) {
            return new Engine(address, address + ", yours", true, () -> {});
        }
        Optional<Path> command = TemporalDevServer.command();
        if (command.isPresent()) {
            TemporalDevServer server = TemporalDevServer.start(command.get());
            return new Engine(server.address(), "a development server of its own", true, server);
        }
        TemporalInProcess server = TemporalInProcess.start();
        return new Engine(
                server.address(),
                "its own test server, in this process, since there is no temporal command: no worker is killed",
                false,
                server);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (Exception e) {
            throw new IllegalStateException("the Temporal server doesn't end", e);
        }
    }
}
