package io.reanchor.workflow;

import java.util.List;
import java.util.Set;

/** The {@code type} of each {@code ApplicationFailure} that a recovery can end with: stable names, for callers in any language. */
public final class FailureTypes {
    /** {@code operation_timeout_seconds} ran out. */
    public static final String DEADLINE = "DeadlineExceeded";
    /** Somebody asked for it. */
    public static final String ABORTED = "Aborted";
    /** A blocking check refused the staged state. */
    public static final String CHECK_FAILED = "CheckFailed";
    /** The flag holds something that no run of ours wrote. */
    public static final String FOREIGN_FLAG = "ForeignFlag";
    /** The flag is held by another run that isn't closed. */
    public static final String FLAG_HELD = "FlagHeld";
    /** The flag or a staged key no longer is this attempt's. */
    public static final String FENCED = "Fenced";
    /** The live keys moved past what is staged, more often than the cut-over was tried. */
    public static final String LIVE_MOVED = "LiveMoved";
    /** The reply to the cut-over was lost and can't be resolved yet. */
    public static final String OUTCOME_UNKNOWN = "OutcomeUnknown";
    /** Redis can't be reached, or refuses commands for now: it loads, fails over, is full. */
    public static final String REDIS_UNAVAILABLE = "RedisUnavailable";
    /** Redis refuses for good: rights, a wrong type, a generation that is none. */
    public static final String REDIS_REFUSED = "RedisRefused";
    /** No snapshot that covers the gap came in time; exchanges serve cached ones. */
    public static final String STALE_SNAPSHOT = "StaleSnapshot";
    /** The trades up to the gap's end, or to where live is, don't come; aggregate trades lag. */
    public static final String STALE_TRADES = "StaleTrades";
    /** No source answered. */
    public static final String SOURCE_UNAVAILABLE = "SourceUnavailable";
    /** The exchange's limit is used up; the retry waits as long as it said. */
    public static final String RATE_LIMITED = "RateLimited";
    /** The exchange doesn't know the symbol, or no longer. */
    public static final String UNKNOWN_SYMBOL = "UnknownSymbol";
    /** The symbol isn't trading: halted, in a break. */
    public static final String NOT_TRADING = "NotTrading";
    /** The exchange sent what can't be read. */
    public static final String MALFORMED_REPLY = "MalformedReply";
    /** The request names something that can't be. */
    public static final String BAD_REQUEST = "BadRequest";
    /** A report isn't covered: it came to a run that is given up, so start anew when that one has ended; or what is staged doesn't reach it. */
    public static final String NOT_COVERED = "NotCovered";
    /** An abort came when it was too late. */
    public static final String TOO_LATE = "TooLate";
    /** An approval came before there was anything to approve. */
    public static final String TOO_EARLY = "TooEarly";
    /** Nobody approved in time. */
    public static final String NOT_APPROVED = "NotApproved";
    /** A hook before the cut-over refused it, or couldn't be asked. */
    public static final String VETOED = "Vetoed";
    /** There is no state to put back: another generation is live, or the old one isn't kept any more. */
    public static final String NOT_REVERTIBLE = "NotRevertible";
    /** No journal carries the old state on to where live is, and recoveries aren't to be paused. */
    public static final String NOT_CARRIED = "NotCarried";
    /** An operator has paused recoveries of the symbol. */
    public static final String PAUSED = "Paused";
    /** Every attempt at a step hung, or lost its worker. */
    public static final String STEP_TIMED_OUT = "StepTimedOut";
    /** Something nobody foresaw; rolled back all the same. */
    public static final String UNEXPECTED = "Unexpected";

    /** Those for which another attempt in the same run can't help. */
    static final List<String> NEVER_RETRIED = List.of(
            FOREIGN_FLAG,
            FENCED,
            REDIS_REFUSED,
            UNKNOWN_SYMBOL,
            NOT_TRADING,
            BAD_REQUEST,
            VETOED,
            NOT_REVERTIBLE,
            NOT_CARRIED);

    private static final Set<String> ALL = Set.of(
            DEADLINE,
            ABORTED,
            CHECK_FAILED,
            FOREIGN_FLAG,
            FLAG_HELD,
            FENCED,
            LIVE_MOVED,
            OUTCOME_UNKNOWN,
            REDIS_UNAVAILABLE,
            REDIS_REFUSED,
            STALE_SNAPSHOT,
            STALE_TRADES,
            SOURCE_UNAVAILABLE,
            RATE_LIMITED,
            UNKNOWN_SYMBOL,
            NOT_TRADING,
            MALFORMED_REPLY,
            BAD_REQUEST,
            NOT_COVERED,
            TOO_LATE,
            TOO_EARLY,
            NOT_APPROVED,
            VETOED,
            NOT_REVERTIBLE,
            NOT_CARRIED,
            PAUSED,
            STEP_TIMED_OUT,
            UNEXPECTED);

    private static final Set<String> LASTING = Set.of(
            FOREIGN_FLAG,
            REDIS_REFUSED,
            UNKNOWN_SYMBOL,
            BAD_REQUEST,
            TOO_LATE,
            NOT_REVERTIBLE,
            NOT_CARRIED,
            UNEXPECTED);

    private FailureTypes() {}

    /** Whether it is one of these. */
    public static boolean isKnown(String type) {
        return ALL.contains(type);
    }

    /** Whether the same request may succeed later, without anybody's doing. */
    public static boolean mayPass(String type) {
        return isKnown(type) && !LASTING.contains(type);
    }
}
