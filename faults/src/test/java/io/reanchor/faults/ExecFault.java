package io.reanchor.faults;

import io.reanchor.testkit.Break;
import io.reanchor.testkit.FaultProxy;

/** What befalls the EXEC of a cut-over whose settling is looked at. */
final class ExecFault {
    private ExecFault() {}

    static FaultProxy.Held order(Ending ending, FaultProxy proxy) {
        Break how = switch (ending) {
            case CUT_OVER, GIVEN_UP -> Break.NONE;
            case LOST_REPLY -> Break.CUT_AFTER;
            case LATE_EXEC -> Break.HOLD;
        };
        // The last command of a cut-over: reads of live and staged state have an EXEC too, but publish nothing before
        // it.
        boolean[] published = {false};
        return proxy.breakNext(
                boundary -> {
                    boolean exec = published[0] && boundary.name().equals("EXEC");
                    published[0] = boundary.name().equals("PUBLISH");
                    return how != Break.NONE && exec;
                },
                how,
                () -> {});
    }
}
