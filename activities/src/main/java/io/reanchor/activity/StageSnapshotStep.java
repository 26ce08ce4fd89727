package io.reanchor.activity;

import io.reanchor.exchange.MarketDataException;
import io.reanchor.exchange.MarketDataSource;
import io.reanchor.exchange.MarketDataSources;
import io.reanchor.exchange.Served;
import io.reanchor.exchange.SymbolInfo;
import io.reanchor.kit.Continuation;
import io.reanchor.market.BookSide;
import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.OrderBook;
import io.reanchor.market.PriceLevel;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.Owner;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.IdSpan;
import io.reanchor.workflow.ReanchorActivities.StageMarketData;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedKey;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Fetches a snapshot that covers the gap, and stages it. */
final class StageSnapshotStep {
    /** @param book the snapshot, and what of the journal continues it */
    private record Taken(
            Instant exchangeTime,
            DepthSnapshot snapshot,
            OrderBook book,
            @Nullable IdSpan journal,
            @Nullable Long live) {}

    /** A snapshot that doesn't cover the gap, or that the journal doesn't continue to its end. */
    private record Old(
            String source,
            long updateId,
            long required,
            @Nullable Long live) {}

    private final MarketDataSources sources;
    private final MarketState state;
    private final int depthLimit;
    private final Clock clock;
    private final ExecutorService requests;
    private final FlightRecorder recorder;

    StageSnapshotStep(
            MarketDataSources sources,
            MarketState state,
            int depthLimit,
            Clock clock,
            ExecutorService requests,
            FlightRecorder recorder) {
        this.sources = sources;
        this.state = state;
        this.depthLimit = depthLimit;
        this.clock = clock;
        this.requests = requests;
        this.recorder = recorder;
    }

    /** @param until when this attempt must have an answer, by our clock: until then cached snapshots are outwaited */
    StagedBook run(StageMarketData step, Owner owner, Instant until) throws Exception {
        Flight flight = recorder.of(step.symbol(), owner.token());
        // Beside the snapshot, not before it: a halted symbol is rare, a round trip to the exchange is dear.
        try (Beside<Served<SymbolInfo>> trading = Beside.start(
                requests,
                () -> sources.ask(
                        source -> flight.tapped(source, FlightLine.SNAPSHOT).symbol(step.symbol())))) {
            Backoff backoff = new Backoff(clock, until);
            for (int fetches = 1; ; fetches++) {
                AtomicReference<Old> old = new AtomicReference<>();
                Served<Taken> served;
                try {
                    served = sources.ask(source -> take(flight.tapped(source, FlightLine.SNAPSHOT), step, old));
                } catch (MarketDataException e) {
                    Old latest = old.get();
                    if (latest == null) {
                        throw e;
                    }
                    if (!backoff.pause()) {
                        throw stale(step, latest, fetches, e);
                    }
                    continue;
                }
                trading.result();
                StagedBook staged = stage(step, owner, served, fetches);
                flight.add(FlightLine.BOOK_STAGED, Map.of("gap", step.gap(), "staged", staged));
                flight.snapshot(served.value().snapshot().lastUpdateId());
                flight.follow(state, null, null);
                return staged;
            }
        }
    }

    /** @throws MarketDataException a passing one, also for a snapshot that doesn't cover the gap: another source's may */
    private Taken take(MarketDataSource source, StageMarketData step, AtomicReference<Old> old)
            throws InterruptedException {
        DepthSnapshot snapshot;
        Instant before;
        try (ExchangeClock time = ExchangeClock.ask(requests, clock, source)) {
            snapshot = source.depth(step.symbol(), depthLimit); // it carries no time of its own
            before = time.atFirst();
        }
        // Asked anew each time: the live book may have moved on meanwhile.
        Long live = state.liveIds(step.symbol()).lastUpdateId();
        long required = Math.max(orZero(live), orZero(step.gap().lastUpdateId()));
        OrderBook book = OrderBook.of(snapshot, before.toEpochMilli());
        Continuation<DepthUpdate> journal =
                state.diffsAfter(step.symbol(), snapshot.lastUpdateId()).orElse(null);
        if (journal != null) {
            journal.events().forEach(book::apply);
            Long behindHole = journal.nextFirst();
            required = Math.max(required, behindHole == null ? 0 : behindHole - 1);
        }
        if (book.lastUpdateId() < required) {
            old.set(new Old(source.name(), book.lastUpdateId(), required, live));
            throw MarketDataException.passing(
                    MarketDataException.Type.SOURCE_UNAVAILABLE,
                    "%s %s depth: expected a snapshot at update id %d or later, or one that the journal continues as far, got %d; trying again may help"
                            .formatted(source.name(), step.symbol(), required, book.lastUpdateId()),
                    null);
        }
        IdSpan applied = journal == null ? null : new IdSpan(snapshot.lastUpdateId() + 1, book.lastUpdateId());
        return new Taken(before, snapshot, book, applied, live);
    }

    private StagedBook stage(StageMarketData step, Owner owner, Served<Taken> served, int fetches) {
        Taken taken = served.value();
        OrderBook book = taken.book();
        OrderBook told = OrderBook.of(taken.snapshot());
        StagedKey key = state.stageBook(step.symbol(), owner, book, Interruption::check);
        return new StagedBook(
                key,
                served.source(),
                taken.exchangeTime(),
                book.bids().size(),
                book.asks().size(),
                best(book.bids()),
                best(book.asks()),
                worst(told.bids()),
                worst(told.asks()),
                book.digest(),
                fetches,
                taken.journal(),
                lost(step, taken));
    }

    private List<IdSpan> lost(StageMarketData step, Taken taken) {
        Long live = taken.live();
        return live == null || live >= taken.book().lastUpdateId()
                ? List.of()
                : state.lostUpdates(step.symbol(), live, taken.book().lastUpdateId());
    }

    static String best(BookSide side) {
        if (side.isEmpty()) {
            return "none";
        }
        PriceLevel level = side.level(0);
        return level.price().toPlainString() + " x " + level.quantity().toPlainString();
    }

    private static String worst(BookSide side) {
        return side.isEmpty() ? "none" : side.level(side.size() - 1).price().toPlainString();
    }

    private static long orZero(@Nullable Long id) {
        return id == null ? 0 : id;
    }

    private StepFailure stale(StageMarketData step, Old latest, int fetches, MarketDataException all) {
        String others = sources.names().size() > 1 ? " (" + all.getMessage() + ")" : "";
        return new StepFailure(
                FailureTypes.STALE_SNAPSHOT,
                false,
                "%s: expected a snapshot at update id %d or later (reported gap's end %s, live book %s), got %d from %s, the last of %d: the exchange serves a cached one, or the journal has a hole there; recover again in a minute, or put another source first%s"
                        .formatted(
                                step.symbol(),
                                latest.required(),
                                step.gap().lastUpdateId(),
                                latest.live(),
                                latest.updateId(),
                                latest.source(),
                                fetches,
                                others));
    }
}
