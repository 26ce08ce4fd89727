package io.reanchor.faults;

import io.reanchor.testkit.Boundary;
import io.reanchor.testkit.Break;
import io.reanchor.testkit.check.Event.Type;
import io.reanchor.testkit.check.History;
import java.util.Map;
import java.util.Optional;

/**
 * What befalls a command boundary, the columns of the matrix. It begins exactly there; what lasts is over once the service has seen a
 * failure, and what is on its way comes when the recovery has been settled.
 */
enum Fault {
    CUT_BEFORE(Break.CUT_BEFORE),
    CUT_AFTER(Break.CUT_AFTER),
    REPLY_LOST(Break.LOSE_REPLY),
    REPLY_LATE(Break.HOLD_REPLY),
    HALF_REPLY(Break.HALF_REPLY),
    /** The command itself is late: it comes when everybody has given it up. */
    COMMAND_LATE(Break.HOLD),
    KILLED_BEFORE(Break.NONE) {
        @Override
        void begin(Server server, Boundary at, History history) {
            server.redis.kill();
            history.add(Nemesis.PROCESS, "lost", Type.info, Map.of("kept", "nothing"));
        }

        @Override
        void end(Server server, History history) {
            server.redis.restart();
        }
    },
    /** The command was executed, then everything is gone: nothing was persisted. */
    KILLED_AFTER(Break.CUT_AFTER) {
        @Override
        void begin(Server server, Boundary at, History history) {
            KILLED_BEFORE.begin(server, at, history);
        }

        @Override
        void end(Server server, History history) {
            KILLED_BEFORE.end(server, history);
        }
    },
    KILLED_BEFORE_AOF(Break.NONE) {
        @Override
        void begin(Server server, Boundary at, History history) {
            server.redis.kill();
            history.add(Nemesis.PROCESS, "restarted", Type.info, Map.of("kept", "all"));
        }

        @Override
        void end(Server server, History history) {
            server.redis.restart();
        }
    },
    KILLED_AFTER_AOF(Break.CUT_AFTER) {
        @Override
        void begin(Server server, Boundary at, History history) {
            KILLED_BEFORE_AOF.begin(server, at, history);
        }

        @Override
        void end(Server server, History history) {
            KILLED_BEFORE_AOF.end(server, history);
        }
    },
    /** SIGSTOP past the time-out, then SIGCONT: what was sent meanwhile is executed then. */
    PAUSED(Break.NONE) {
        @Override
        void begin(Server server, Boundary at, History history) {
            server.redis.pause();
        }

        @Override
        void end(Server server, History history) {
            server.redis.resume();
        }
    },
    OUT_OF_MEMORY(Break.NONE) {
        @Override
        void begin(Server server, Boundary at, History history) {
            server.admin("CONFIG", "SET", "maxmemory", "1");
        }
    },
    /** A replica that has everything takes over before the command is seen. */
    FAILOVER(Break.NONE) {
        @Override
        void begin(Server server, Boundary at, History history) {
            server.awaitReplica();
            server.redis.kill();
            history.add(Nemesis.PROCESS, "restarted", Type.info, Map.of("kept", "all"));
            server.promoteReplica();
        }
    },
    /** The command was executed; a replica takes over that has heard of nothing since the recovery began. */
    FAILOVER_BEHIND(Break.CUT_AFTER) {
        @Override
        void prepare(Server server) {
            server.cutReplicaOff();
        }

        @Override
        void begin(Server server, Boundary at, History history) {
            server.redis.kill();
            history.add(Nemesis.PROCESS, "lost", Type.info, Map.of("kept", "replicated"));
            server.promoteReplica();
        }
    },
    /** The slot of the keys, all of them with it, is another primary's by the time the command comes. */
    SLOT_MOVED(Break.NONE) {
        @Override
        void begin(Server server, Boundary at, History history) {
            SLOT_MOVING.begin(server, at, history);
            server.finishMove();
        }
    },
    /** The slot is on its way, half of the keys are at another primary. */
    SLOT_MOVING(Break.NONE) {
        @Override
        void begin(Server server, Boundary at, History history) {
            history.add(Nemesis.PROCESS, "moved", Type.info, Map.of("kept", "all"));
            server.beginMove();
        }

        @Override
        void end(Server server, History history) {
            server.finishMove();
        }
    },
    ACL_REFUSED(Break.NONE) {
        @Override
        void begin(Server server, Boundary at, History history) {
            server.refuse(at.name());
        }

        @Override
        Optional<String> impossible(Boundary at) {
            return at.name().equals("HELLO") || at.name().equals("AUTH")
                    ? Optional.of("by it one becomes the user whose rights count")
                    : Optional.empty();
        }
    };

    private static final String EVENTS = "reanchor:events";

    private final Break how;

    Fault(Break how) {
        this.how = how;
    }

    Break how() {
        return how;
    }

    /** Done before the recovery begins. */
    void prepare(Server server) {}

    /** Done at the boundary. */
    void begin(Server server, Boundary at, History history) {}

    /** Done once a failure was seen, or at the recovery's end when none was. */
    void end(Server server, History history) {
        server.heal();
    }

    /** Why this can't happen there. */
    Optional<String> impossible(Boundary at) {
        return server() == Server.Kind.CLUSTER && at.keys().contains(EVENTS)
                ? Optional.of(
                        "its slot isn't the one that moves: where it is sent, and so its number, depends on where that is")
                : Optional.empty();
    }

    Server.Kind server() {
        return switch (this) {
            case KILLED_BEFORE_AOF, KILLED_AFTER_AOF -> Server.Kind.PERSISTENT;
            case FAILOVER, FAILOVER_BEHIND -> Server.Kind.REPLICATED;
            case SLOT_MOVED, SLOT_MOVING -> Server.Kind.CLUSTER;
            default -> Server.Kind.FORGETFUL;
        };
    }

    /** How many seeds a cell has: two where servers take over from each other. */
    int seeds() {
        return server() == Server.Kind.REPLICATED || server() == Server.Kind.CLUSTER ? 2 : 5;
    }

    /**
     * Whether a recovery gets over it by trying again, or anew. Rights that are taken away count as refused for good; and once a cut-over
     * was tried nothing is staged anew when what is staged is lost.
     */
    boolean passes(Step step) {
        boolean losesWhatIsStaged = this == KILLED_BEFORE || this == KILLED_AFTER || this == FAILOVER_BEHIND;
        return this != ACL_REFUSED && !(losesWhatIsStaged && step == Step.CUT_OVER);
    }
}
