package io.reanchor.faults;

import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.check.History;
import io.reanchor.testkit.check.Observer;
import io.reanchor.workflow.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A fault of the exchange while a step asks it.
 *
 * @param lasts whether it lasts longer than the recovery's attempts; else one request meets it
 */
record ExchangeCell(Step step, Endpoint endpoint, ExchangeFault fault, boolean lasts) implements Cell {
    private static final Map<Step, List<Endpoint>> ASKED = Map.of(
            Step.STAGE_BOOK, List.of(Endpoint.EXCHANGE_INFO, Endpoint.TIME, Endpoint.DEPTH),
            Step.STAGE_BARS, List.of(Endpoint.TIME, Endpoint.AGG_TRADES, Endpoint.KLINES));

    /** As many as are configured by default. */
    private static final int ATTEMPTS = 3;

    /** Within one, cached answers are outwaited. */
    private static final Duration ATTEMPT = Duration.ofSeconds(5);

    static List<ExchangeCell> all() {
        List<ExchangeCell> cells = new ArrayList<>();
        for (Step step : List.of(Step.STAGE_BOOK, Step.STAGE_BARS)) {
            for (Endpoint endpoint : ASKED.getOrDefault(step, List.of())) {
                for (ExchangeFault fault : ExchangeFault.values()) {
                    if (fault.strikes(endpoint)) {
                        cells.add(new ExchangeCell(step, endpoint, fault, false));
                        cells.add(new ExchangeCell(step, endpoint, fault, true));
                    }
                }
            }
        }
        return cells;
    }

    @Override
    public String name() {
        return "%s-%s-%s".formatted(step, endpoint, column());
    }

    @Override
    public Ending ending() {
        return Ending.CUT_OVER;
    }

    @Override
    public String column() {
        return fault + (lasts ? "_ON" : "");
    }

    @Override
    public String at() {
        return endpoint.name();
    }

    @Override
    public Optional<String> impossible() {
        return Optional.empty();
    }

    @Override
    public Server.Kind server() {
        return Server.Kind.FORGETFUL;
    }

    @Override
    public int seeds() {
        return 5;
    }

    @Override
    public Duration redisTimeout() {
        return Activities.UNHURRIED;
    }

    @Override
    public Optional<Outcome> must() {
        return Optional.of(lasts || !fault.passes() ? Outcome.ROLLED_BACK : Outcome.COMMITTED);
    }

    @Override
    public int attempts() {
        return ATTEMPTS;
    }

    @Override
    public Duration attemptTimeout() {
        return ATTEMPT;
    }

    @Override
    public Exchange exchange(Seed seed) {
        return seed.exchangeOfItsOwn();
    }

    @Override
    public void prepare(Server redis) {}

    @Override
    public Nemesis nemesis(Server redis, Exchange exchange, Observer observer, History history) {
        return new ExchangeNemesis(this, exchange, history);
    }

    @Override
    public String toString() {
        return "%s at %s, %s".formatted(column(), step, endpoint);
    }
}
