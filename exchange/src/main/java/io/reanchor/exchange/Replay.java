package io.reanchor.exchange;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Replays a recording: finds the REST snapshot, applies every depth update by Binance's sequence rule (those before the snapshot
 * wait for it; the first one kept may straddle it), and compares the best bid and ask, price and size, with every ticker whose
 * update id is the end of an applied update. Thread-safe.
 *
 * <p>Every pass reads every line anew, so a replay's rate has all the parsing in it. The recording is inflated once, by
 * {@link Recording#load}, and that isn't timed.
 */
public final class Replay {
    private static final int MAX_WARM_UP = 400;

    private final Recording recording;
    private final String symbol;
    private final BitSet snapshots;

    private Replay(Recording recording, String symbol, BitSet snapshots) {
        this.recording = recording;
        this.symbol = symbol;
        this.snapshots = snapshots;
    }

    /**
     * Prepares a replay.
     *
     * @param symbol whose book to replay; null when the recording has but one
     * @throws IllegalArgumentException when the recording lacks the symbol or a snapshot that its updates continue, when it has
     *     several symbols and none was named, or when a line is malformed
     */
    public static Replay of(Recording recording, @Nullable String symbol) {
        Survey survey = new Survey();
        BinanceSpotJson json = new BinanceSpotJson();
        for (int i = 0; i < recording.size(); i++) {
            survey.line = i;
            read(json, recording, i, survey);
        }
        String chosen = survey.choose(symbol);
        return new Replay(recording, chosen, survey.fitting(chosen));
    }

    /**
     * Replays the recording.
     *
     * @param repeat how many passes are timed; with more than one, as many again (400 at most) warm up first, untimed
     */
    public ReplayResult run(int repeat) {
        if (repeat < 1) {
            throw new IllegalArgumentException("repeat %d: expected at least 1".formatted(repeat));
        }
        for (int i = repeat == 1 ? 0 : Math.min(repeat, MAX_WARM_UP); i > 0; i--) {
            pass();
        }
        long start = System.nanoTime();
        ReplayPass last = pass();
        for (int i = 1; i < repeat; i++) {
            last = pass();
        }
        return last.result(repeat, System.nanoTime() - start);
    }

    private ReplayPass pass() {
        ReplayPass pass = new ReplayPass(symbol);
        BinanceSpotJson json = new BinanceSpotJson();
        MarketEvents anchoring = new MarketEvents() {
            @Override
            public void depthSnapshot(DepthSnapshot snapshot) {
                pass.anchor(snapshot);
            }
        };
        for (int i = 0; i < recording.size(); i++) {
            read(json, recording, i, snapshots.get(i) ? anchoring : pass);
        }
        return pass;
    }

    private static void read(BinanceSpotJson json, Recording recording, int line, MarketEvents events) {
        try {
            json.read(recording.bytes(), recording.start(line), recording.end(line), events);
        } catch (MalformedEventException e) {
            throw new IllegalArgumentException("recorded line %d: %s".formatted(line + 1, e.getMessage()), e);
        }
    }

    /** Which symbols and snapshots there are: a REST reply doesn't say whose it is, so the updates must continue it. */
    private static final class Survey implements MarketEvents {
        private final Map<String, List<long[]>> updates = new TreeMap<>();
        private final Map<Integer, Long> snapshots = new TreeMap<>();
        private int line;

        @Override
        public void depthUpdate(String of, DepthUpdate update) {
            updates.computeIfAbsent(of, s -> new ArrayList<>())
                    .add(new long[] {update.firstUpdateId(), update.finalUpdateId()});
        }

        @Override
        public void depthSnapshot(DepthSnapshot snapshot) {
            snapshots.put(line, snapshot.lastUpdateId());
        }

        String choose(@Nullable String symbol) {
            if (updates.isEmpty()) {
                throw new IllegalArgumentException("the recording has no depth update: expected depthUpdate events");
            }
            if (symbol == null && updates.size() > 1) {
                throw new IllegalArgumentException("the recording has %s: name one symbol".formatted(updates.keySet()));
            }
            String chosen = symbol == null ? updates.keySet().iterator().next() : symbol;
            if (!updates.containsKey(chosen)) {
                throw new IllegalArgumentException(
                        "the recording has no depth update of %s, but of %s".formatted(chosen, updates.keySet()));
            }
            return chosen;
        }

        BitSet fitting(String symbol) {
            List<long[]> ranges = updates.getOrDefault(symbol, List.of());
            BitSet lines = new BitSet();
            snapshots.forEach((at, id) -> {
                if (continues(ranges, id)) {
                    lines.set(at);
                }
            });
            if (lines.isEmpty()) {
                throw new IllegalArgumentException(
                        "%s: no REST snapshot that its updates continue: updates %d..%d, snapshots at %s"
                                .formatted(
                                        symbol,
                                        ranges.get(0)[0],
                                        ranges.get(ranges.size() - 1)[1],
                                        snapshots.values()));
            }
            return lines;
        }

        private static boolean continues(List<long[]> ranges, long id) {
            for (long[] range : ranges) {
                if (range[1] > id) {
                    return range[0] <= id + 1;
                }
            }
            return false;
        }
    }
}
