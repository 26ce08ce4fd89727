package io.reanchor.faults;

import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.Fault;
import java.time.Duration;

/** What befalls a request to the exchange. */
enum ExchangeFault {
    EXCHANGE_AWAY(new Fault.Status(503, null)),
    EXCHANGE_LIMITED(new Fault.Status(429, 1)),
    /** As a firewall does; nobody tries that again. */
    EXCHANGE_REFUSES(new Fault.Status(403, null)),
    EXCHANGE_HANGS(new Fault.Hang()),
    EXCHANGE_CUT(new Fault.CutShort()),
    EXCHANGE_GARBAGE(new Fault.Body("<html>Just a moment</html>")),
    /** More than any answer has: whoever sends that is no exchange. */
    EXCHANGE_OVERSIZE(new Fault.Oversize(Exchange.MAX_BODY + 1)),
    EXCHANGE_STALE(new Fault.StaleSnapshot(Duration.ofSeconds(2))),
    EXCHANGE_CROSSED(new Fault.CrossedBook()),
    EXCHANGE_LAGS(new Fault.LateTrades(20));

    private final Fault fault;

    ExchangeFault(Fault fault) {
        this.fault = fault;
    }

    Fault fault() {
        return fault;
    }

    /** Whether there is such a thing at this endpoint. */
    boolean strikes(Endpoint endpoint) {
        return switch (this) {
            case EXCHANGE_STALE, EXCHANGE_CROSSED -> endpoint == Endpoint.DEPTH;
            case EXCHANGE_LAGS -> endpoint == Endpoint.AGG_TRADES;
            default -> true;
        };
    }

    /** Whether a recovery gets over it when it is over: not over what counts as for good, nor over a snapshot that its checks refuse. */
    boolean passes() {
        return this != EXCHANGE_REFUSES && this != EXCHANGE_OVERSIZE && this != EXCHANGE_CROSSED;
    }
}
