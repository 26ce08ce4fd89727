package io.reanchor.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * The real recording that some tests replay (Binance spot BTCUSDT, 2024-08-08); it isn't part of this repository.
 *
 * <p>Looked for in the folder that the system property {@code reanchor.test-data} names.
 */
public final class TestData {
    private static final String PREFIX = "binance-spot-BTCUSDT-20240808-";

    private final Path folder;

    private TestData(Path folder) {
        this.folder = folder;
    }

    /** The recording, if it is there. */
    public static Optional<TestData> find() {
        return Optional.ofNullable(System.getProperty("reanchor.test-data"))
                .map(Path::of)
                .map(TestData::new)
                .filter(data -> Files.isReadable(data.snapshot()));
    }

    /** The recording, or the test's end; see {@link Prerequisite#orSkip}. */
    public static TestData orSkip(Function<String, ? extends RuntimeException> skip) {
        String missing = "the recording isn't there: system property reanchor.test-data is %s"
                .formatted(System.getProperty("reanchor.test-data"));
        return Prerequisite.orSkip(find(), missing, skip);
    }

    public Path folder() {
        return folder;
    }

    /** 60 s of {@code local_ns {json}} lines as recorded, gzip. */
    public Path raw() {
        return file("60s-raw.ndjson.gz");
    }

    /** One {@code GET /api/v3/depth} reply, 1000 x 1000 levels. */
    public Path snapshot() {
        return file("depth-snapshot.json");
    }

    /** 299 {@code depthUpdate} events. */
    public Path depth() {
        return file("30s-depth.ndjson");
    }

    /** 547 {@code trade} events. */
    public Path trades() {
        return file("30s-trade.ndjson");
    }

    /** 45 {@code bookTicker} events: the exchange's word on the best bid and ask at an update id. */
    public Path oracle() {
        return file("30s-bookticker-oracle.ndjson");
    }

    private Path file(String name) {
        return folder.resolve(PREFIX + name);
    }
}
