package io.reanchor.redis;

import io.reanchor.kit.Continuation;
import io.reanchor.kit.Keyspace.Names;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.OrderBook;
import io.reanchor.market.Trade;
import io.reanchor.market.TradeBar;
import io.reanchor.workflow.IdSpan;
import io.reanchor.workflow.RevertPlan;
import io.reanchor.workflow.Settlement;
import io.reanchor.workflow.StagedKey;
import io.reanchor.workflow.SwapReceipt;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The market state of symbols in Redis, be it one server, a cluster, or what Sentinels watch: claim a symbol, stage its new state beside the live keys, read back what is
 * staged, cut over, settle. Live keys are changed by {@link #cutOver} alone.
 *
 * <p>Every method throws {@link RedisStateException} when Redis can't be reached, refuses, or holds what it shouldn't, and {@link
 * IllegalArgumentException} for a symbol that isn't one. Nothing is retried in here. Thread-safe; connections are made when needed.
 */
public final class MarketState implements AutoCloseable {
    private final RedisSettings settings;
    private final RedisAccess redis;
    private final Flag flag;
    private final Staging staging;
    private final StateReader reader;
    private final CutOver cutOver;
    private final Reverting reverting;
    private final Settling settling;
    private final Sweep sweep;
    private final KeyWalk walk;
    private final CatchUp catchUp;
    private final FollowedReceipt receipts;
    private final Events events;

    /** @param clock dates the receipts */
    public MarketState(RedisSettings settings, Clock clock) {
        this(settings, clock, duration -> {});
    }

    /** @param cutOverTook told, of each cut-over whose reply came, from sending MULTI to EXEC's answer: Redis' own time and a round trip */
    public MarketState(RedisSettings settings, Clock clock, Consumer<Duration> cutOverTook) {
        this.settings = settings;
        this.redis = new RedisAccess(settings);
        this.flag = new Flag(redis);
        this.staging = new Staging(redis, settings);
        this.reader = new StateReader(redis);
        this.cutOver = new CutOver(redis, settings, clock, cutOverTook);
        this.reverting = new Reverting(redis, settings, clock);
        this.settling = new Settling(redis, settings, clock);
        this.sweep = new Sweep(redis, settings);
        this.walk = new KeyWalk(redis);
        this.catchUp = new CatchUp(redis, settings, clock);
        this.receipts = new FollowedReceipt(redis);
        this.events = new Events(redis);
    }

    /**
     * Sets the flag, or finds that it is ours already; otherwise says whose it is.
     *
     * @throws RedisStateException of type ForeignFlag when no recovery wrote what the flag holds; Fenced when this token's cut-over is
     *     done already
     */
    public Claim claim(String symbol, Token token, Duration ttl) {
        return flag.claim(names(symbol), token, ttl, "");
    }

    /** As {@link #claim}, but also takes the flag from {@code from}, whose run must be known to be closed. */
    public Claim takeOver(String symbol, Token token, Duration ttl, Token from) {
        return flag.claim(names(symbol), token, ttl, from.value());
    }

    /**
     * The live generation and ids; an id that can't be read is null.
     *
     * @throws RedisStateException of type RedisRefused when a key is no hash, or the generation none
     */
    public LiveIds liveIds(String symbol) {
        return reader.liveIds(names(symbol));
    }

    /**
     * Stages a book.
     *
     * @param progress told the number of levels written so far; what it throws stops the load
     * @throws RedisStateException of type Fenced when the flag or the key no longer is this load's
     */
    public StagedKey stageBook(String symbol, Owner owner, OrderBook book, LongConsumer progress) {
        return staging.book(names(symbol), owner, book, progress);
    }

    /**
     * Stages the one-second and five-second bars, by the start of their bucket, as one load.
     *
     * @param lastTradeId last raw trade id the bars contain, or null when there was no trade
     * @param progress told the number of bars written so far; what it throws stops the load
     * @throws RedisStateException of type Fenced when the flag or a key no longer is this load's
     */
    public StagedBarKeys stageBars(
            String symbol,
            Owner owner,
            SortedMap<Long, TradeBar> bars1s,
            SortedMap<Long, TradeBar> bars5s,
            @Nullable Long lastTradeId,
            LongConsumer progress) {
        return staging.bars(names(symbol), owner, bars1s, bars5s, lastTradeId, progress);
    }

    /**
     * Stages features, whole, while the book and bars they are made of are still exactly those.
     *
     * @param values by name; update and trade id are added from the keys
     * @throws RedisStateException of type Fenced when book or bars are others by now, or the flag is lost
     */
    public StagedKey stageFeatures(
            String symbol, Token token, StagedKey book, StagedBarKeys bars, Map<String, String> values) {
        return staging.features(names(symbol), token, book, bars, values);
    }

    /**
     * What is staged, as one load of each key left it.
     *
     * @throws RedisStateException of type RedisRefused when a field can't be read
     */
    public MarketView staged(String symbol) {
        return reader.staged(names(symbol), null);
    }

    /**
     * As {@link #staged(String)}, but of the bars perhaps only those from a time on, and of so long before it. When nothing was traded since,
     * they are all there.
     */
    public MarketView staged(String symbol, Instant since, Duration before) {
        return reader.staged(names(symbol), new BarsContent.Since(since.toEpochMilli(), before.toMillis()));
    }

    /**
     * What is live, of one generation, as far as it can be read: a recovery must be able to begin from damaged state.
     *
     * @throws RedisStateException of type RedisRefused when a key is no hash
     */
    public MarketView live(String symbol) {
        return reader.live(names(symbol));
    }

    /** The live bars alone, without book and features; otherwise as {@link #live}. */
    public MarketView liveBars(String symbol) {
        return reader.liveBars(names(symbol));
    }

    /** The live book alone, or null when there is none, or none that can be read. */
    public MarketView.@Nullable Book liveBook(String symbol) {
        return reader.liveBook(names(symbol));
    }

    /** The staged features alone, or null when there are none. */
    public MarketView.@Nullable Features stagedFeatures(String symbol) {
        return reader.stagedFeatures(names(symbol));
    }

    /**
     * Puts what is staged in the place of what is live, once. Called again with the same token it finds its receipt.
     *
     * @throws RedisStateException of type Fenced when something staged isn't what was accepted; LiveMoved when live went past it;
     *     NotCovered; OutcomeUnknown when the reply was lost: call again, or {@link #settle}, and do nothing else before
     */
    public SwapReceipt cutOver(CutOverOrder order) {
        return cutOver(order.symbol(), order.token(), () -> order);
    }

    /**
     * As {@link #cutOver(CutOverOrder)}, of what is made ready right before each transaction: when live moved on by itself it is made ready
     * again, the last times while the writers hold.
     *
     * @param prepare brings what is staged to the journals' end and proves it; what it throws ends the attempt
     */
    public SwapReceipt cutOver(String symbol, Token token, Supplier<CutOverOrder> prepare) {
        return cutOver.run(names(symbol), token, prepare);
    }

    /**
     * What continues a book in the journal of depth updates, and which ids between live and it stand in none.
     *
     * @param updateId where the book ends
     * @return empty when there is no journal
     */
    public Optional<Continuation<DepthUpdate>> diffsAfter(String symbol, long updateId) {
        Names names = names(symbol);
        return redis.with(
                names, "reading " + names.diffs(), connection -> new Journals(names).diffsAfter(connection, updateId));
    }

    /** The update ids after one and up to another that stand in no journal, at most 32 spans. */
    public List<IdSpan> lostUpdates(String symbol, long after, long upTo) {
        Names names = names(symbol);
        return redis.with(
                names, "reading " + names.diffs(), connection -> new Journals(names).missing(connection, after, upTo));
    }

    /** What continues bars in the journal of trades; empty when there is no journal. */
    public Optional<Continuation<Trade>> tradesAfter(String symbol, long tradeId) {
        Names names = names(symbol);
        return redis.with(
                names, "reading " + names.trades(), connection -> new Journals(names).tradesAfter(connection, tradeId));
    }

    /**
     * Brings the staged book and bars to the journals' end, by ids: their owner and {@code seq} stay, their ids and fields move on. A call
     * is bounded, in events and in time; what is left then is the next one's.
     *
     * @return how far it came
     * @throws RedisStateException of type Fenced when flag or keys aren't this attempt's; NotCovered when a journal has a hole behind what is
     *     staged
     */
    public CaughtUp catchUp(String symbol, Token token, StagedKey book, StagedKey bars) {
        return catchUp.staged(names(symbol), token, book, bars);
    }

    /**
     * Replays the journals onto the live keys, bounded as {@link #catchUp}.
     *
     * @param barsRetention how much history the live bars keep
     * @return where live is then, and what kept it from being further
     */
    public Reached follow(String symbol, Duration barsRetention) {
        return catchUp.live(names(symbol), barsRetention);
    }

    /**
     * What a revert would put back. Reads only.
     *
     * @param generation what is to be undone; null for what is live, unless a revert made it
     * @throws RedisStateException of type NotRevertible when nothing can be put back
     */
    public RevertPlan planRevert(String symbol, @Nullable String generation) {
        return reverting.plan(names(symbol), generation);
    }

    /**
     * Puts back what the last cut-over replaced, once, as a new generation. Called again with the same token it finds its receipt.
     *
     * @param generation the live generation, which is undone
     * @param regardless whether it is done although no journal carries the old state on to where live is
     * @throws RedisStateException of type NotRevertible; NotCarried; Fenced when the flag is lost; OutcomeUnknown when the reply was lost: call
     *     again, or {@link #settle}, and do nothing else before
     */
    public SwapReceipt revert(String symbol, Token token, String workflowId, String generation, boolean regardless) {
        return reverting.run(names(symbol), token, workflowId, generation, regardless);
    }

    /** Adds to the receipt of a cut-over where live was after it was followed, and tells of it in {@code reanchor:events}, once. */
    public void tell(String symbol, SwapReceipt receipt) {
        Names names = names(symbol);
        receipts.add(names, receipt);
        events.tell(names, receipt);
    }

    /**
     * Finds out whether this token's cut-over happened; if not, makes sure that it can't any more, and drops what it staged and its
     * flag. Can be called any number of times.
     *
     * @param against the generation that was staged against, or null when no cut-over can have been tried
     */
    public Settlement settle(String symbol, Token token, @Nullable String against) {
        return settle(symbol, token, against, false);
    }

    /**
     * As {@link #settle(String, Token, String)}.
     *
     * @param keepStaged whether what is staged stays until its TTL ends; without the flag nobody can write to it, or put it live
     */
    public Settlement settle(String symbol, Token token, @Nullable String against, boolean keepStaged) {
        return settling.settle(names(symbol), token, against, keepStaged);
    }

    /**
     * Keeps flag and staged keys from expiring.
     *
     * @param flagTtl how long the flag stands from now on
     * @throws RedisStateException of type Fenced when the flag isn't this token's any more
     */
    public void renew(String symbol, Token token, Duration flagTtl) {
        flag.renew(names(symbol), token, flagTtl, settings.lifetimes().staged());
    }

    /** For how many milliseconds the oldest event after an update id has stood in the journal; null without a journal. */
    public @Nullable Long behind(String symbol, long updateId) {
        Names names = names(symbol);
        return redis.with(names, "reading " + names.diffs(), connection -> Behind.of(connection, names, updateId));
    }

    /**
     * Which cut-overs the symbol's receipt knows of.
     *
     * @throws RedisStateException of type RedisRefused when the receipt's key is no hash
     */
    public Installed installed(String symbol) {
        return reader.installed(names(symbol));
    }

    /** The symbols that have a live book, in alphabetical order; walks all keys in small steps. */
    public List<String> liveSymbols() {
        return List.copyOf(walk.symbols(
                "looking for live books",
                settings.keyspace().bookPattern(),
                key -> settings.keyspace().symbolOfBook(key)));
    }

    /** @param consumer who reads, as the consumer group shall call it */
    public RequestStream requests(String consumer) {
        return new RequestStream(redis, consumer);
    }

    /** The flags and staged keys of all symbols; walks all keys in small steps. To be called now and then. */
    public Unfinished unfinished() {
        return new UnfinishedWalk(redis, settings.keyspace(), walk).run();
    }

    /** Frees what cut-overs replaced longer ago than the retention, of all symbols. To be called now and then. @return the keys freed */
    public List<String> sweep() {
        return sweep.symbols().stream()
                .flatMap(symbol -> sweep.run(names(symbol)).stream())
                .toList();
    }

    private Names names(String symbol) {
        return settings.keyspace().of(symbol);
    }

    @Override
    public void close() {
        redis.close();
    }
}
