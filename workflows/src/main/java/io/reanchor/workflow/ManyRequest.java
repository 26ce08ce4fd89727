package io.reanchor.workflow;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request to recover many symbols.
 *
 * @param requestId tells this request from others: sent again it joins what the first one began; letters, digits, dot, hyphen and
 *     underscore
 * @param recoveries which symbols, each with its own gap, reason and priority; in this order among equals
 * @param allLive whether every symbol that has a live book is recovered too
 * @param since for those that only {@code allLive} brings: from when on trades may be missing; null for the configured look-back
 * @param priority for those that only {@code allLive} brings
 * @param reason why, in the reporter's words
 * @param requestedBy who asks
 */
public record ManyRequest(
        String requestId,
        List<ReanchorRequest> recoveries,
        boolean allLive,
        @Nullable Instant since,
        int priority,
        String reason,
        String requestedBy) {
    /** How many symbols one request may be about. */
    public static final int MOST = 2_000;

    private static final String ID = "[A-Za-z0-9._-]{1,100}";

    public ManyRequest {
        requestId = Objects.requireNonNullElse(requestId, "");
        recoveries = recoveries == null ? List.of() : List.copyOf(recoveries);
        reason = Objects.requireNonNullElse(reason, "");
        requestedBy = Objects.requireNonNullElse(requestedBy, "");
    }

    /** Unlike a symbol's: those have no lower case. */
    public String workflowId() {
        return workflowId(requestId);
    }

    /** The id of the workflow that takes care of a request. */
    public static String workflowId(String requestId) {
        return "reanchor-many-" + requestId;
    }

    /**
     * Refuses what can't be asked.
     *
     * @throws IllegalArgumentException saying what was expected and found
     */
    public static ManyRequest requireValid(@Nullable ManyRequest request) {
        if (request == null) {
            throw new IllegalArgumentException("there is no request: expected recoveries, or allLive");
        }
        if (!request.requestId().matches(ID)) {
            throw new IllegalArgumentException("requestId: expected %s".formatted(ID));
        }
        if (request.recoveries().isEmpty() && !request.allLive()) {
            throw new IllegalArgumentException("neither recoveries nor allLive: expected at least one symbol");
        }
        requireFew(request.recoveries().size());
        Set<String> symbols = new HashSet<>();
        for (ReanchorRequest recovery : request.recoveries()) {
            ReanchorRequest.requireValid(recovery);
            if (!symbols.add(recovery.symbol())) {
                throw new IllegalArgumentException(
                        "%s is there twice: expected each symbol once".formatted(recovery.symbol()));
            }
        }
        ReanchorRequest.requireValid(request.of("X"));
        return request;
    }

    /** One request a symbol, by priority; among equals those named, then those found. */
    List<ReanchorRequest> all(List<String> live) {
        List<ReanchorRequest> all = new ArrayList<>();
        Set<String> named = new HashSet<>();
        for (ReanchorRequest recovery : recoveries) {
            named.add(recovery.symbol());
            all.add(new ReanchorRequest(
                    recovery.symbol(),
                    recovery.gap(),
                    recovery.reason().isEmpty() ? reason : recovery.reason(),
                    recovery.requestedBy().isEmpty() ? requestedBy : recovery.requestedBy(),
                    reportId(recovery.symbol()),
                    recovery.priority()));
        }
        live.stream().filter(symbol -> !named.contains(symbol)).forEach(symbol -> all.add(of(symbol)));
        requireFew(all.size());
        all.sort(Comparator.comparingInt(ReanchorRequest::priority).reversed());
        return all;
    }

    private ReanchorRequest of(String symbol) {
        FeedGap gap = new FeedGap(null, null, null, null, since);
        return new ReanchorRequest(symbol, gap, reason, requestedBy, reportId(symbol), priority);
    }

    private String reportId(String symbol) {
        return requestId + ":" + symbol;
    }

    private static void requireFew(int symbols) {
        if (symbols > MOST) {
            throw new IllegalArgumentException(
                    "%d symbols: expected at most %d in one request".formatted(symbols, MOST));
        }
    }
}
