package io.reanchor.worker;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorException;
import io.reanchor.client.Recovery;
import io.reanchor.redis.MarketState;
import io.reanchor.workflow.ManyActivities;
import io.reanchor.workflow.ManyResult.End;
import io.reanchor.workflow.ManyResult.Line;
import io.reanchor.workflow.ReanchorRequest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and follows recoveries as any other client does. Thread-safe. */
final class ManySteps implements ManyActivities {
    private static final Logger log = LoggerFactory.getLogger(ManySteps.class);

    /** Of a start: it is answered in the first workflow task, and asked for again when it isn't. */
    private static final Duration START = Duration.ofSeconds(5);

    /** Of reading a result that is there. */
    private static final Duration READ = Duration.ofSeconds(5);

    private final ReanchorClient client;
    private final MarketState state;

    ManySteps(ReanchorClient client, MarketState state) {
        this.client = client;
        this.state = state;
    }

    @Override
    public List<String> liveSymbols() {
        return state.liveSymbols();
    }

    @Override
    public List<Started> start(List<ReanchorRequest> recoveries) {
        return recoveries.stream().map(this::start).toList();
    }

    private Started start(ReanchorRequest request) {
        try {
            Recovery recovery = client.recover(request, START);
            return new Started(request.symbol(), recovery.runId(), null, false);
        } catch (ReanchorException e) {
            return new Started(request.symbol(), null, e.type() + ": " + e.getMessage(), e.retryable());
        }
    }

    @Override
    public List<Standing> look(List<Open> recoveries) {
        return recoveries.stream().map(this::look).toList();
    }

    private Standing look(Open open) {
        Recovery recovery = client.recovery(open.symbol(), open.runId());
        try {
            return switch (recovery.standing()) {
                case WAITING -> new Standing(open.symbol(), false, null);
                case AT_WORK -> new Standing(open.symbol(), true, null);
                case ENDED -> new Standing(open.symbol(), false, Line.of(open.runId(), recovery.await(READ)));
            };
        } catch (ReanchorException e) {
            if (e.retryable() && !e.type().equals(ReanchorException.CLOSED)) {
                log.info("{} can't be looked at just now: {}", open.symbol(), e.getMessage());
                return new Standing(open.symbol(), false, null);
            }
            String why = e.type() + ": " + Objects.requireNonNullElse(e.getMessage(), "");
            return new Standing(
                    open.symbol(), false, new Line(open.symbol(), End.UNKNOWN, open.runId(), null, why, null));
        }
    }

    @Override
    public void abort(List<Open> recoveries, String reason) {
        for (Open open : recoveries) {
            try {
                client.recovery(open.symbol(), open.runId()).abort(reason);
            } catch (ReanchorException e) {
                log.info("{} isn't aborted: {}", open.symbol(), e.getMessage());
            }
        }
    }
}
