package io.reanchor.testkit.check;

import io.reanchor.testkit.check.Event.Type;
import io.reanchor.testkit.check.Run.Operation;
import java.util.ArrayList;
import java.util.List;

/** Holds the live ids against the journals' ends. */
final class FollowedCheck {
    private final Run run;
    private final List<Violation> violations = new ArrayList<>();

    FollowedCheck(Run run) {
        this.run = run;
    }

    List<Violation> check() {
        for (Operation dump : run.dumps) {
            String live = dump.keys().path(run.symbol.meta()).path("gen").asText();
            boolean committed = run.recovery(live)
                    .filter(recovery -> recovery.ended(Type.ok)
                            && recovery.endTime() < dump.begin().time())
                    .isPresent();
            if (committed) {
                followed(dump, 0, 0, "lastUpdateId");
                followed(dump, 1, 1, "lastTradeId");
                followed(dump, 1, 2, "lastTradeId");
            }
        }
        return violations;
    }

    private void followed(Operation dump, int journal, int family, String id) {
        String stream = run.symbol.journals().get(journal);
        String key = run.symbol.live().get(family);
        long end = dump.keys().path(stream).path("last").asLong(-1);
        long is = dump.keys().path(key).path("fields").path(id).asLong(-1);
        if (is < end) {
            violations.add(new Violation(
                    Invariant.FOLLOWED,
                    "dump \"%s\": %s ends at %d, %s at %d"
                            .formatted(dump.result().path("when").asText(), stream, end, key, is),
                    dump.endTime()));
        }
    }
}
