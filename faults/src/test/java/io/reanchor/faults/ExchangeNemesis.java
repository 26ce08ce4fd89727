package io.reanchor.faults;

import io.reanchor.testkit.check.Event.Type;
import io.reanchor.testkit.check.History;
import java.util.Map;

/** Spoils an endpoint of the exchange when a step begins. */
final class ExchangeNemesis implements Nemesis {
    private final ExchangeCell cell;
    private final Exchange exchange;
    private final History history;
    private int before = -1;

    ExchangeNemesis(ExchangeCell cell, Exchange exchange, History history) {
        this.cell = cell;
        this.exchange = exchange;
        this.history = history;
    }

    @Override
    public void begins(Step step) {
        if (step == cell.step() && before < 0) {
            before = exchange.requests(cell.endpoint());
            history.add(PROCESS, cell.column(), Type.info, Map.of("at", cell.endpoint()));
            exchange.inject(cell.endpoint(), cell.fault().fault(), cell.lasts() ? Integer.MAX_VALUE : 1);
        }
    }

    @Override
    public void failed() {}

    @Override
    public void end() throws Missed {
        exchange.heal();
        history.add(PROCESS, "healed", Type.info, Map.of());
        if (before < 0 || exchange.requests(cell.endpoint()) == before) {
            throw new Missed("%s: nobody asked".formatted(cell));
        }
    }
}
