package io.reanchor.live;

import io.reanchor.kit.LiveBarsWriter;
import io.reanchor.kit.LiveBookWriter;
import io.reanchor.kit.WriteOutcome;
import io.reanchor.kit.WriteOutcome.Missing;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.Trade;
import io.reanchor.workflow.FeedGap;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One symbol: takes what its feed brings, writes it, doubts silence, reports gaps, all in a thread of its own. Book and bars stand and fall by
 * themselves.
 */
final class SymbolFeed implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SymbolFeed.class);

    /** Also how long what is missing may still come by itself: another writer's, or late. */
    private static final Duration TICK = Duration.ofMillis(10);
    /** In a quiet market nothing else shows that another writer died between appending and applying. */
    private static final Duration LOOK_ANYWAY = Duration.ofSeconds(1);

    private static final Duration LONGEST_LOOK = Duration.ofMillis(320);

    private final String symbol;
    private final Stream<DepthUpdate> book;
    private final Stream<Trade> bars;
    private final GapReporter reporter;
    private final InstantSource clock;
    private final BlockingQueue<Runnable> incoming = new LinkedBlockingQueue<>();
    private final Thread thread;
    /** The exchange's time of the newest event when nothing was missing: from then on something may be. */
    private @Nullable Instant wholeUntil;

    private Instant missingSince = Instant.MAX;
    private volatile LiveFeed.Standing standing = LiveFeed.Standing.UNKNOWN;
    private volatile boolean closed;

    SymbolFeed(String symbol, LiveBookWriter book, LiveBarsWriter bars, GapReporter reporter, InstantSource clock) {
        this.symbol = symbol;
        this.book = new Stream<>("book", clock.instant()) {
            @Override
            WriteOutcome write(List<DepthUpdate> updates) {
                return book.write(updates);
            }

            @Override
            WriteOutcome catchUp() {
                return book.catchUp();
            }

            @Override
            WriteOutcome doubt() {
                return book.doubt();
            }
        };
        this.bars = new Stream<>("bars", clock.instant()) {
            @Override
            WriteOutcome write(List<Trade> trades) {
                return bars.write(trades);
            }

            @Override
            WriteOutcome catchUp() {
                return bars.catchUp();
            }

            @Override
            WriteOutcome doubt() {
                return bars.doubt();
            }
        };
        this.reporter = reporter;
        this.clock = clock;
        this.thread = new Thread(this::run, "reanchor-live-" + symbol);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void take(DepthUpdate update) {
        incoming.add(() ->
                book.take(update, update.firstUpdateId(), update.finalUpdateId(), update.eventTime(), clock.instant()));
    }

    void take(Trade trade) {
        incoming.add(() -> bars.take(trade, trade.firstTradeId(), trade.lastTradeId(), trade.time(), clock.instant()));
    }

    /** Nothing can come any more: that is known, and need not be concluded from silence. */
    void disconnected() {
        incoming.add(() -> {
            book.disconnected();
            bars.disconnected();
        });
    }

    LiveFeed.Standing standing() {
        return standing;
    }

    private void run() {
        while (!closed) {
            try {
                hear();
                Instant now = clock.instant();
                book.goOn(now);
                bars.goOn(now);
                report(now);
                standing = new LiveFeed.Standing(book.outcome, bars.outcome, book.doubted || bars.doubted);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // What was in hand is in the writers; the feed must not end because of one event.
                log.error("{}: the feed goes on after a failure that nobody foresaw", symbol, e);
            }
        }
    }

    private void hear() throws InterruptedException {
        Runnable first = incoming.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
            List<Runnable> all = new ArrayList<>();
            all.add(first);
            incoming.drainTo(all);
            all.forEach(Runnable::run);
        }
    }

    private void report(Instant now) {
        if (!isMissing()) {
            if (book.outcome.isWhole() && bars.outcome.isWhole()) {
                wholeUntil = latest(book.newestTime, bars.newestTime);
                if (!missingSince.equals(Instant.MAX)) {
                    log.info("{}: nothing is missing any more", symbol);
                    reporter.goesOn(symbol);
                }
                missingSince = Instant.MAX;
            }
        } else if (missingSince.equals(Instant.MAX)) {
            missingSince = now;
            log.info("{}: missing updates {}, trades {}", symbol, book.outcome.missing(), bars.outcome.missing());
        } else if (!now.isBefore(missingSince.plus(TICK)) && reporter.isDue(symbol)) {
            // A recovery may have gone live since the last look: what it mended must not start another.
            book.look(now);
            bars.look(now);
            if (isMissing()) {
                Missing updates = book.outcome.missing();
                Missing trades = bars.outcome.missing();
                reporter.behind(
                        symbol,
                        new FeedGap(first(updates), upTo(updates), first(trades), upTo(trades), wholeUntil),
                        "the live writer lacks " + words(updates, "updates")
                                + (updates != null && trades != null ? ", " : "") + words(trades, "trades"));
            }
        }
    }

    private boolean isMissing() {
        return book.outcome.missing() != null || bars.outcome.missing() != null;
    }

    private static @Nullable Instant latest(long one, long other) {
        return one < 0 || other < 0 ? null : Instant.ofEpochMilli(Math.min(one, other));
    }

    private static @Nullable Long first(@Nullable Missing missing) {
        // A first id past the end is that of a key which lies behind the newest event, not before it.
        return missing == null || missing.first() == null ? null : Math.min(missing.first(), missing.upTo());
    }

    private static @Nullable Long upTo(@Nullable Missing missing) {
        return missing == null ? null : missing.upTo();
    }

    private static String words(@Nullable Missing missing, String what) {
        return missing == null
                ? ""
                : missing.first() == null
                        ? "all " + what + " up to " + missing.upTo()
                        : "%s from %d, up to %d".formatted(what, missing.first(), missing.upTo());
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Depth updates or trades. Used in the symbol's thread. */
    private abstract static class Stream<E> {
        private final String name;
        private final Rhythm rhythm = new Rhythm();
        private final List<E> heard = new ArrayList<>();
        private Instant heardAt;
        private Instant lookedAt;
        private Duration look = TICK;
        private long lastId = -1;
        private long newestTime = -1;
        private boolean doubted;
        private boolean cut;
        private WriteOutcome outcome = LiveFeed.Standing.UNKNOWN.book();

        Stream(String name, Instant now) {
            this.name = name;
            this.heardAt = now;
            this.lookedAt = now;
        }

        abstract WriteOutcome write(List<E> events);

        abstract WriteOutcome catchUp();

        abstract WriteOutcome doubt();

        void take(E event, long firstId, long finalId, long eventTime, Instant now) {
            heard.add(event);
            rhythm.beat(eventTime, lastId < 0 || (firstId <= lastId + 1 && finalId >= lastId));
            lastId = Math.max(lastId, finalId);
            newestTime = Math.max(newestTime, eventTime);
            heardAt = now;
            cut = false;
            doubted = false;
        }

        void disconnected() {
            cut = true;
        }

        void goOn(Instant now) {
            if (!heard.isEmpty() || !now.isBefore(lookedAt.plus(outcome.isWhole() ? LOOK_ANYWAY : look))) {
                look(now);
            }
            boolean silent = Duration.between(heardAt, now).compareTo(rhythm.patience()) > 0;
            if (!doubted && (cut || silent)) {
                doubted = doubt().failure() == null;
            }
        }

        /** Writes what was heard, or takes what is in the journal by now. */
        void look(Instant now) {
            WriteOutcome before = outcome;
            outcome = heard.isEmpty() ? catchUp() : write(List.copyOf(heard));
            heard.clear();
            lookedAt = now;
            Duration next = look.multipliedBy(2);
            look = outcome.isWhole() ? TICK : next.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : next;
            if (outcome.failure() != null && !outcome.failure().equals(before.failure())) {
                log.warn("{}: Redis doesn't take it, which is tried again: {}", name, outcome.failure());
            }
            if (outcome.lost() > before.lost()) {
                log.warn("{}: {} events could be kept no longer", name, outcome.lost() - before.lost());
            }
        }
    }
}
