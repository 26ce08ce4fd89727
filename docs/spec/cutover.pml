/*
 * The cut-over: two runs (A = 1, B = 2) of one symbol, their steps' attempts, one Redis and its replica.
 * README.md says what is modelled, what isn't, and which class or script each step is.
 *
 * A script, and an EXEC, is one atomic step; so is a reader's MULTI, so what it may see is what stands between two steps.
 *
 * One kind of trouble covers time-out, lost reply, cut connection, slow socket and dead worker: the workflow gives an attempt up,
 * at any point, and the attempt goes on (a zombie) as late and as far as it likes. FAULTS bounds how often that happens.
 */
#ifndef FAULTS
#define FAULTS 2      /* attempts given up, or runs cut by deadline or abort */
#endif
#ifndef EXPIRIES
#define EXPIRIES 0    /* flags or staged keys that live shorter than they are needed */
#endif
#ifndef RUNS
#define RUNS 2
#endif
#ifndef CHUNKS
#define CHUNKS 1      /* later writes of a load, a key */
#endif
#ifndef EVENTS
#define EVENTS 0      /* events that the live writer applies by itself */
#endif
#ifndef ANEW
#define ANEW 0        /* times that a run which lost flag or staged keys stages anew */
#endif
#ifndef LISTED
#define LISTED 1      /* past generations that a receipt lists: 32 in the code */
#endif
#ifndef CUT_OVER_ATTEMPTS
#define CUT_OVER_ATTEMPTS 2
#endif

#define A 1
#define B 2
#define NONE 0

/* Families, in their order everywhere. */
#define BOOK 0
#define BARS_1S 1
#define BARS_5S 2
#define FEATURES 3
#define META 4

/* owner = <token>:<n>; features and receipt bear the token alone. */
#define OWNER(t, n) ((t) * 16 + (n))
#define TOKEN_OF(owner) ((owner) / 16)
#define MIXED 255     /* content of more than one load */

/* ---- what Redis holds: one array, so that a replica is a copy of it. A key is absent when its owner (staged), gen (live) is 0. */
#define FLAG redis[0]
#define FLAG_HAS_TTL redis[1]
#define STAGED_OWNER(f) redis[2 + (f)]
#define STAGED_SEQ(f) redis[7 + (f)]
#define STAGED_PARTS(f) redis[12 + (f)]     /* chunks that are really in it */
#define STAGED_DATA(f) redis[17 + (f)]      /* owner whose chunks they are, or MIXED */
#define STAGED_GEN(f) redis[22 + (f)]       /* token of the generation that the seal stamped */
#define STAGED_TTL(f) redis[27 + (f)]
#define STAGED_ID(f) redis[32 + (f)]
#define OF_BOOK redis[37]                   /* staged features: the owners they are made from */
#define OF_BARS redis[38]
#define SEALED_BOOK redis[39]               /* staged receipt */
#define SEALED_BARS redis[40]
#define STAGED_PREVIOUS redis[41]           /* tokens that it lists */
#define LIVE_GEN(f) redis[42 + (f)]         /* token; BEFORE is what stood there first */
#define LIVE_DATA(f) redis[47 + (f)]
#define LIVE_TTL(f) redis[52 + (f)]
#define LIVE_ID(f) redis[57 + (f)]
#define LIVE_N redis[62]                    /* n of the generation */
#define PREVIOUS redis[63]                  /* tokens that the live receipt lists, a bit each */
#define INSTALLED(t) redis[63 + (t)]        /* ghost: how often, in this server's history */
#define SIZE 66
#define BEFORE 3

byte redis[SIZE];
#ifdef FAILOVER
byte replica[SIZE];   /* what reached it: the primary at some earlier time */
bit failed_over;
#endif

/* A connection is gone when the failover came after it was made. */
#ifdef FAILOVER
#define CONNECTED (failed_over == epoch)
#else
#define CONNECTED true
#endif

/* WATCH: 1 watching, 2 something watched was changed or has expired. */
#ifndef SWAPS
#define SWAPS 4       /* attempts of a run's swap */
#endif
#define WATCHERS (2 * SWAPS)
#define WATCHER(t) ((t) * SWAPS - SWAPS + watcher)
byte watched[WATCHERS];
byte watchers[3];

/* ---- what Temporal knows ---- */
mtype = { RUNNING, DONE, REFUSED, FAILED };   /* FAILED: the next attempt may do it */
/* A run has two lanes; each has one attempt that it listens to. */
#define LANE(t, l) ((t) * 2 - 2 + (l))
byte current[4];
mtype reply[4] = RUNNING;
bit closed[3];
/* what the run accepted */
byte accepted_book[3];
byte accepted_bars[3];
byte accepted_book_id[3];
byte accepted_bars_id[3];
byte against[3];          /* token of the live generation that it stages against, and its n */
byte against_n[3];
bit swap_begun[3];
byte first_n[3];          /* n that the first swap was against */
/* what it told */
mtype = { COMMITTED, ROLLED_BACK, SUPERSEDED, TERMINATED, NOTHING };
mtype outcome[3] = NOTHING;
bit replicated[3];
mtype answer[3] = NOTHING;
bit ever_installed[3];    /* ghost, also of what a failover took back */
byte lived_n[3];
byte lived_book[3];
byte lived_bars[3];

byte faults = FAULTS;
byte expiries = EXPIRIES;
byte exchange_id;         /* last event of the exchange */

/* ---- invariants: pan reports the name ---- */
hidden byte no_torn_live_state, only_what_was_proven_goes_live, installed_at_most_once, live_id_never_back, generation_never_back,
    outcome_is_what_happened, replicated_is_true, only_the_flags_owner_writes, live_has_no_ttl, no_leftovers,
    no_refusal_for_no_reason, generation_names_one_content, commits_without_faults;
#define INVARIANT(name, condition) if :: (condition) :: else -> assert(name) fi

#ifdef LOOK_PAST_TORN /* to see what else a variant breaks */
#define LIVE_IS_WHOLE true
#else
#define LIVE_IS_WHOLE (LIVE_GEN(0) != NONE && LIVE_GEN(1) == LIVE_GEN(0) && LIVE_GEN(2) == LIVE_GEN(0) && LIVE_GEN(3) == LIVE_GEN(0) \
    && LIVE_GEN(4) == LIVE_GEN(0) && LIVE_DATA(1) == LIVE_DATA(2) && LIVE_DATA(0) != MIXED && LIVE_DATA(1) != MIXED)
#endif

/* ---- Redis ---- */

inline touch() {
    wi = 0;
    do
    :: wi < WATCHERS -> watched[wi] = (watched[wi] == 1 -> 2 : watched[wi]); wi++
    :: else -> break
    od;
    wi = 0
}

inline drop_staged(f) {
    STAGED_OWNER(f) = 0; STAGED_SEQ(f) = 0; STAGED_PARTS(f) = 0; STAGED_DATA(f) = 0; STAGED_GEN(f) = 0; STAGED_TTL(f) = 0; STAGED_ID(f) = 0;
    if
    :: (f) == FEATURES -> OF_BOOK = 0; OF_BARS = 0
    :: (f) == META -> SEALED_BOOK = 0; SEALED_BARS = 0; STAGED_PREVIOUS = 0
    :: else
    fi
}

/* Whoever changes what another owner staged must hold the flag. */
#define MAY_CHANGE(t, f) (STAGED_OWNER(f) == 0 || TOKEN_OF(STAGED_OWNER(f)) == (t) || FLAG == (t))

#define RECEIPT_BEARS(t) (LIVE_GEN(META) == (t) || (PREVIOUS & (1 << (t))))

#ifdef FAILOVER
inline replicate() {
    fi_ = 0;
    do
    :: fi_ < SIZE -> replica[fi_] = redis[fi_]; fi_++
    :: else -> break
    od;
    fi_ = 0
}
#endif

/* take.lua; ok tells whether it did */
inline take_key(t, n, f) {
    INVARIANT(only_the_flags_owner_writes, MAY_CHANGE(t, f));
    drop_staged(f);
    STAGED_OWNER(f) = OWNER(t, n); STAGED_SEQ(f) = 1; STAGED_PARTS(f) = 1; STAGED_DATA(f) = OWNER(t, n);
#ifndef STAGED_WITHOUT_TTL
    STAGED_TTL(f) = 1;
#endif
    STAGED_ID(f) = id
}
#ifdef TAKE_FROM_ANY_N
#define NOT_LOWER(t, n, f) false
#else
#define NOT_LOWER(t, n, f) (TOKEN_OF(STAGED_OWNER(f)) == (t) && STAGED_OWNER(f) >= OWNER(t, n))
#endif
#if defined(TAKE_WITHOUT_FLAG)
#define TAKE_SEES_FLAG(t) true
#else
#define TAKE_SEES_FLAG(t) (FLAG == (t))
#endif

/* write.lua */
#if defined(NO_OWNER_CHECK)
#define MAY_WRITE(t, n, f, seq) (STAGED_OWNER(f) != 0)
#elif defined(NO_SEQ)
#define MAY_WRITE(t, n, f, seq) (STAGED_OWNER(f) == OWNER(t, n))
#else
#define MAY_WRITE(t, n, f, seq) (STAGED_OWNER(f) == OWNER(t, n) && STAGED_SEQ(f) == (seq) - 1)
#endif
inline write_script(t, n, f, seq) {
    d_step {
        ok = FLAG == t && MAY_WRITE(t, n, f, seq);
#ifdef STEP_NUMBER_IN_FLAG
        ok = ok && step_in_flag == n;
#endif
        if
        :: ok ->
            INVARIANT(only_the_flags_owner_writes, MAY_CHANGE(t, f));
            STAGED_SEQ(f) = seq; STAGED_PARTS(f) = STAGED_PARTS(f) + 1;
#ifndef STAGED_WITHOUT_TTL
            STAGED_TTL(f) = 1;
#endif
            STAGED_DATA(f) = (STAGED_DATA(f) == OWNER(t, n) -> STAGED_DATA(f) : MIXED);
            touch()
        :: else
        fi
    }
}

#ifdef STEP_NUMBER_IN_FLAG
byte step_in_flag;
#endif

/* settle.lua: how = COMMITTED, ROLLED_BACK or SUPERSEDED */
inline settle_script(t, how) {
    if
    :: RECEIPT_BEARS(t) -> how = COMMITTED
    :: else ->
#ifdef RECEIPT_WITHOUT_LIST
        how = ROLLED_BACK;
#else
        /* oldest generation known: with a full list it may have lost ours */
        how = (swap_begun[t] && LIVE_N > LISTED && LIVE_N - LISTED > first_n[t] + 1 -> SUPERSEDED : ROLLED_BACK);
#endif
        fi_ = 0;
        changed = false;
        do
        :: fi_ <= META ->
            if
            :: TOKEN_OF(STAGED_OWNER(fi_)) == t -> drop_staged(fi_); changed = true
            :: else
            fi;
            fi_++
        :: else -> break
        od;
        fi_ = 0;
        if
        :: FLAG == t -> FLAG = NONE; FLAG_HAS_TTL = 0; changed = true
        :: else
        fi;
        if
        :: changed -> touch()
        :: else
        fi
    fi
}

/* ---- the activities' attempts; each tells its answer only while its run listens to it ---- */

#define TELL(lane, n, what) if :: current[lane] == n -> reply[lane] = what :: else fi

/* RaiseFlagStep: claim.lua, take over from a closed run, give back when the run is over, read what is live. */
proctype RaiseFlag(byte t; byte n) {
    byte wi, fi_;
    bit changed;
    mtype how;
    byte g, gn;
claim:
    atomic {
        (FLAG == NONE || FLAG == t || closed[FLAG]);
        if
        :: RECEIPT_BEARS(t) -> TELL(LANE(t, 0), n, REFUSED); goto end_claim
        :: else -> d_step { FLAG = t; FLAG_HAS_TTL = 1; touch() }
        fi
    }
giveBackIfOver:
    atomic {
        if
        :: closed[t] -> d_step { settle_script(t, how) }; goto end_claim
#ifdef GIVE_BACK_WHEN_INTERRUPTED
        :: current[LANE(t, 0)] != n -> d_step { settle_script(t, how) }; goto end_claim
#endif
        :: !closed[t]
        fi
    }
liveIds:
    d_step { g = LIVE_GEN(META); gn = LIVE_N }
    atomic {
        if
        :: current[LANE(t, 0)] == n -> against[t] = g; against_n[t] = gn; reply[LANE(t, 0)] = DONE
        :: else
        fi
    }
end_claim:
    skip
}

/* StageSnapshotStep -> Staging.book -> Load */
proctype StageSnapshot(byte t; byte n) {
    byte wi, id, seq = 1;
    bit ok;
fetch:
    id = exchange_id;
take:
    atomic {
        d_step {
            ok = TAKE_SEES_FLAG(t) && !NOT_LOWER(t, n, BOOK);
            if
            :: ok -> take_key(t, n, BOOK); touch();
#ifdef STEP_NUMBER_IN_FLAG
                step_in_flag = n
#endif
            :: else
            fi
        }
        if
        :: ok
        :: else -> TELL(LANE(t, 0), n, REFUSED); goto end_load
        fi
    }
    do
    :: seq <= CHUNKS ->
write:
        atomic {
            seq++;
            write_script(t, n, BOOK, seq);
            if
            :: ok
            :: else -> TELL(LANE(t, 0), n, REFUSED); goto end_load
            fi
        }
    :: else -> break
    od;
    atomic {
        if
        :: current[LANE(t, 0)] == n -> accepted_book[t] = OWNER(t, n); accepted_book_id[t] = id; reply[LANE(t, 0)] = DONE
        :: else
        fi
    }
end_load:
    skip
}

/* StageTradesStep -> Staging.bars -> Load: one take for both keys, then a chain of writes each */
proctype StageTrades(byte t; byte n) {
    byte wi, id, seq = 1;
    bit ok;
fetch:
    id = exchange_id;
take:
    atomic {
        d_step {
            ok = TAKE_SEES_FLAG(t) && !NOT_LOWER(t, n, BARS_1S) && !NOT_LOWER(t, n, BARS_5S);
            if
            :: ok -> take_key(t, n, BARS_1S); take_key(t, n, BARS_5S); touch();
#ifdef STEP_NUMBER_IN_FLAG
                step_in_flag = n + 8
#endif
            :: else
            fi
        }
        if
        :: ok
        :: else -> TELL(LANE(t, 1), n, REFUSED); goto end_load
        fi
    }
write1s:
    atomic {
        write_script(t, n, BARS_1S, 2);
        if
        :: ok
        :: else -> TELL(LANE(t, 1), n, REFUSED); goto end_load
        fi
    }
write5s:
    atomic {
        write_script(t, n, BARS_5S, 2);
        if
        :: ok
        :: else -> TELL(LANE(t, 1), n, REFUSED); goto end_load
        fi
    }
    atomic {
        if
        :: current[LANE(t, 1)] == n -> accepted_bars[t] = OWNER(t, n); accepted_bars_id[t] = id; reply[LANE(t, 1)] = DONE
        :: else
        fi
    }
end_load:
    skip
}

/* What a step is told to be accepted, when it is scheduled: BuildFeatures, Validate, Swap. */
#define ORDER byte book = accepted_book[t], bars = accepted_bars[t], book_id = accepted_book_id[t], bars_id = accepted_bars_id[t]
#ifdef NO_SEQ
#define IS_ACCEPTED (STAGED_OWNER(BOOK) == book && STAGED_OWNER(BARS_1S) == bars && STAGED_OWNER(BARS_5S) == bars)
#else
#define IS_ACCEPTED (STAGED_OWNER(BOOK) == book && STAGED_SEQ(BOOK) == CHUNKS + 1 && STAGED_ID(BOOK) == book_id \
    && STAGED_OWNER(BARS_1S) == bars && STAGED_SEQ(BARS_1S) == 2 && STAGED_OWNER(BARS_5S) == bars && STAGED_SEQ(BARS_5S) == 2 \
    && STAGED_ID(BARS_1S) == bars_id)
#endif

/* BuildFeaturesStep -> features.lua. It reads what was accepted, or stops; so what the features are of is what it was told. */
proctype BuildFeatures(byte t; byte n) {
    ORDER;
    byte wi;
    bit ok;
features:
    atomic {
        d_step {
#ifdef FEATURES_WITHOUT_FENCE
            ok = true;
#else
            ok = FLAG == t && IS_ACCEPTED;
#endif
            if
            :: ok ->
                INVARIANT(only_the_flags_owner_writes, MAY_CHANGE(t, FEATURES));
                drop_staged(FEATURES);
                STAGED_OWNER(FEATURES) = OWNER(t, 0); STAGED_SEQ(FEATURES) = 1; STAGED_TTL(FEATURES) = 1;
                STAGED_DATA(FEATURES) = OWNER(t, 0);
                OF_BOOK = book; OF_BARS = bars;
                touch()
            :: else
            fi
        }
        if
        :: ok
        :: else -> TELL(LANE(t, 0), n, REFUSED); goto end_features
        fi
    }
    atomic { TELL(LANE(t, 0), n, DONE) }
end_features:
    skip
}

#ifdef NO_GENERATION_CHECK
#define AGAINST_LIVE(t) true
#else
#define AGAINST_LIVE(t) (LIVE_GEN(META) == g && LIVE_N == gn)
#endif
/* CutOverChecks */
#define CHECKS_HOLD(t) (FLAG == (t) && AGAINST_LIVE(t) && IS_ACCEPTED \
    && STAGED_OWNER(FEATURES) == OWNER(t, 0) && OF_BOOK == book && OF_BARS == bars \
    && STAGED_OWNER(META) == OWNER(t, 0) && STAGED_GEN(META) == (t) && SEALED_BOOK == book && SEALED_BARS == bars \
    && STAGED_GEN(BOOK) == (t) && STAGED_GEN(BARS_1S) == (t) && STAGED_GEN(BARS_5S) == (t) && STAGED_GEN(FEATURES) == (t))
#define NOT_BEHIND (LIVE_ID(BOOK) <= STAGED_ID(BOOK) && LIVE_ID(BARS_1S) <= STAGED_ID(BARS_1S) && LIVE_ID(BARS_5S) <= STAGED_ID(BARS_5S))
/* Watched.lostSeal: a late attempt staged the features again after the seal */
#define LOST_SEAL(t) (FLAG == (t) && STAGED_OWNER(FEATURES) != 0 && STAGED_GEN(FEATURES) == 0 && STAGED_GEN(META) == (t))

/* RENAME live -> old, staged -> live, of one family; what isn't staged leaves nothing live */
inline rename(f) {
    LIVE_GEN(f) = STAGED_GEN(f); LIVE_DATA(f) = STAGED_DATA(f); LIVE_ID(f) = STAGED_ID(f);
#ifdef NO_PERSIST
    LIVE_TTL(f) = STAGED_TTL(f);
#else
    LIVE_TTL(f) = 0;
#endif
    if
    :: (f) == META -> PREVIOUS = STAGED_PREVIOUS; LIVE_N = (STAGED_OWNER(META) == 0 -> 0 : gn + 1)
    :: else
    fi;
    drop_staged(f)
}

/* What must be true of a cut-over's result, and of its right to happen. */
inline promises(t, id_before, n_before) {
    INVARIANT(no_torn_live_state, LIVE_IS_WHOLE);
    INVARIANT(installed_at_most_once, INSTALLED(t) == 0);
    INVARIANT(live_has_no_ttl, !LIVE_TTL(0) && !LIVE_TTL(1) && !LIVE_TTL(2) && !LIVE_TTL(3) && !LIVE_TTL(4));
    INVARIANT(live_id_never_back, LIVE_ID(BOOK) >= id_before && LIVE_ID(BARS_1S) >= id_before);
    INVARIANT(generation_never_back, LIVE_N > n_before);
#ifdef FAILOVER
    INVARIANT(outcome_is_what_happened, outcome[t] != ROLLED_BACK || failed_over);
    INVARIANT(replicated_is_true, outcome[t] != ROLLED_BACK || !replicated[t]);
#else
    INVARIANT(outcome_is_what_happened, outcome[t] != ROLLED_BACK);
#endif
#ifndef LOOK_PAST_CONTENT
    INVARIANT(generation_names_one_content,
        (!ever_installed[t] || lived_n[t] != LIVE_N || (lived_book[t] == LIVE_DATA(BOOK) && lived_bars[t] == LIVE_DATA(BARS_1S))));
#endif
    lived_n[t] = LIVE_N; lived_book[t] = LIVE_DATA(BOOK); lived_bars[t] = LIVE_DATA(BARS_1S);
    INSTALLED(t) = 1; ever_installed[t] = 1
}

/* SwapTransaction: EXEC, in one step */
inline exec_transaction(t) {
    was_proven = (STAGED_DATA(BOOK) == book && STAGED_PARTS(BOOK) == CHUNKS + 1
        && STAGED_DATA(BARS_1S) == bars && STAGED_PARTS(BARS_1S) == 2 && STAGED_DATA(BARS_5S) == bars && STAGED_PARTS(BARS_5S) == 2
        && OF_BOOK == book && OF_BARS == bars);
    id_before = LIVE_ID(BOOK); n_before = LIVE_N;
    rename(BOOK); rename(BARS_1S); rename(BARS_5S); rename(FEATURES); rename(META);
    FLAG = NONE; FLAG_HAS_TTL = 0;
    promises(t, id_before, n_before);
    INVARIANT(only_what_was_proven_goes_live, was_proven);
    id_before = 0; n_before = 0; was_proven = 0;
    touch()
}

/* ReanchorActivitiesImpl.swap -> CutOver: seal, WATCH and checks, EXEC, WAIT */
proctype Swap(byte t; byte n; byte watcher) {
    ORDER;
    byte g = against[t], gn = against_n[t];
    byte wi, fi_, tries, id_before, n_before;
    bit is_replicated, found, epoch, was_proven;
#ifdef BLIND_RETRY
    if
    :: watcher > 0 -> d_step { exec_transaction(t) }; goto tell
    :: else
    fi;
#endif
seal:
    atomic {
#ifdef FAILOVER
        epoch = (tries == 0 -> failed_over : epoch);
#endif
        tries++;
        if
        :: !CONNECTED -> TELL(LANE(t, 0), n, FAILED); goto end_swap
        :: else
        fi;
        if
        :: tries > CUT_OVER_ATTEMPTS -> TELL(LANE(t, 0), n, FAILED); goto end_swap
        :: else
        fi;
        if
        :: RECEIPT_BEARS(t) -> found = true; goto wait
        :: else
        fi;
        if
        :: (FLAG == t && AGAINST_LIVE(t) && IS_ACCEPTED
            && STAGED_OWNER(FEATURES) == OWNER(t, 0)) ->
            d_step {
                INVARIANT(only_the_flags_owner_writes, MAY_CHANGE(t, META));
                STAGED_GEN(BOOK) = t; STAGED_GEN(BARS_1S) = t; STAGED_GEN(BARS_5S) = t; STAGED_GEN(FEATURES) = t;
                drop_staged(META);
                STAGED_OWNER(META) = OWNER(t, 0); STAGED_GEN(META) = t; STAGED_TTL(META) = 1; STAGED_DATA(META) = OWNER(t, 0);
                SEALED_BOOK = book; SEALED_BARS = bars;
#if LISTED > 0 && !defined(RECEIPT_WITHOUT_LIST)
                STAGED_PREVIOUS = (LIVE_GEN(META) == BEFORE -> 0 : (1 << LIVE_GEN(META)));
#endif
                touch()
            }
        :: else -> TELL(LANE(t, 0), n, REFUSED); goto end_swap
        fi
    }
watch:
    atomic {
        if
        :: !CONNECTED -> TELL(LANE(t, 0), n, FAILED); goto end_swap
        :: else -> watched[WATCHER(t)] = 1
        fi;
        if
        :: RECEIPT_BEARS(t) -> watched[WATCHER(t)] = 0; found = true; goto wait
        :: else
        fi;
        if
        :: LOST_SEAL(t) -> watched[WATCHER(t)] = 0; goto seal
        :: else
        fi;
        if
        :: CHECKS_HOLD(t) && NOT_BEHIND
        :: else -> watched[WATCHER(t)] = 0; TELL(LANE(t, 0), n, REFUSED); goto end_swap
        fi
    }
exec:
    atomic {
#ifdef NO_WATCH
        watched[WATCHER(t)] = 1;
#endif
        if
        :: !CONNECTED -> watched[WATCHER(t)] = 0; TELL(LANE(t, 0), n, FAILED); goto end_swap
        :: CONNECTED && watched[WATCHER(t)] == 1 ->
            watched[WATCHER(t)] = 0;
#ifndef SEPARATE_RENAMES
            d_step { exec_transaction(t) }
#endif
        :: else -> watched[WATCHER(t)] = 0; goto seal
        fi
    }
#ifdef SEPARATE_RENAMES
    do
    :: fi_ <= META ->
        d_step { rename(fi_); INVARIANT(no_torn_live_state, LIVE_IS_WHOLE); fi_++ }
    :: else -> break
    od;
#endif
wait:
#ifdef FAILOVER
    atomic {
        if
        :: !CONNECTED || (found && !RECEIPT_BEARS(t)) -> TELL(LANE(t, 0), n, FAILED); goto end_swap
        :: else
        fi;
        /* WAIT counts what its own connection wrote: who only found the receipt writes a field of it first */
        if
#ifdef WAIT_ON_FRESH_CONNECTION
        :: found -> is_replicated = true
#endif
        :: is_replicated = false
        :: d_step { replicate() } is_replicated = true
        fi
    }
#endif
tell:
    atomic {
        if
        :: current[LANE(t, 0)] == n -> reply[LANE(t, 0)] = DONE; replicated[t] = is_replicated
        :: else
        fi
    }
end_swap:
    skip
}

/* ReanchorActivitiesImpl.settle -> Settling: settle.lua, WAIT */
proctype Settle(byte t; byte n) {
    byte wi, fi_;
    bit changed, is_replicated, epoch, was_mine;
    mtype how;
settle:
    atomic {
#ifdef FAILOVER
        epoch = failed_over;
#endif
#if defined(CONCLUDE_BY_READING)
        how = (RECEIPT_BEARS(t) -> COMMITTED : ROLLED_BACK)
    }
    goto tell;
#elif defined(SEPARATE_UNDO)
        was_mine = (FLAG == t);
        how = (RECEIPT_BEARS(t) -> COMMITTED : ROLLED_BACK)
    }
delete_flag:
    atomic {
        if
        :: how == ROLLED_BACK && was_mine ->
            INVARIANT(only_the_flags_owner_writes, FLAG == NONE || FLAG == t);
            FLAG = NONE; FLAG_HAS_TTL = 0;
            d_step { settle_script(t, how) }
        :: else
        fi
    }
#else
        d_step { settle_script(t, how) }
    }
#endif
#ifdef FAILOVER
wait:
    atomic {
        if
        :: !CONNECTED -> TELL(LANE(t, 0), n, FAILED); goto end_settle
        :: else
        fi;
        /* as in Swap: each settle writes something of its own before it WAITs, also when it found nothing to drop */
        if
#ifdef SETTLE_WAITS_WITHOUT_WRITE
        :: !changed -> is_replicated = true
#endif
        :: is_replicated = false
        :: d_step { replicate() } is_replicated = true
        fi
    }
#endif
tell:
    atomic {
        if
        :: current[LANE(t, 0)] == n ->
            reply[LANE(t, 0)] = DONE; answer[t] = how; replicated[t] = is_replicated
        :: else
        fi
    }
#ifdef CONCLUDE_BY_READING
    d_step { settle_script(t, how) }
#endif
end_settle:
    skip
}

/* ---- the workflow ---- */

#define LISTEN(lane) current[lane] = current[lane] + 1; reply[lane] = RUNNING

/* COMMITTED: it happened, and what WAIT confirmed is there whatever failed over. ROLLED_BACK: it hasn't happened; promises() sees that
 * it never will. */
#ifdef FAILOVER
#define BEYOND_WAIT(t) (failed_over && !replicated[t])
#else
#define BEYOND_WAIT(t) false
#endif
inline tell_outcome(t, what) {
    outcome[t] = what;
    INVARIANT(outcome_is_what_happened, what != COMMITTED || ever_installed[t]);
    INVARIANT(replicated_is_true, what != COMMITTED || INSTALLED(t) || BEYOND_WAIT(t));
    INVARIANT(outcome_is_what_happened, what != ROLLED_BACK || INSTALLED(t) == 0 || BEYOND_WAIT(t));
    INVARIANT(outcome_is_what_happened, what != SUPERSEDED || LISTED == 0)
}

#ifdef PATIENT
#define OR_UNDO
#else
#define OR_UNDO :: goto undo
#endif
#ifdef TERMINATE
#define OR_TERMINATED :: goto terminated
#else
#define OR_TERMINATED
#endif
#define GIVEN_UP(again) faults--; if :: goto again OR_UNDO OR_TERMINATED fi

/* Without expiry, failover and a live writer there is no reason to refuse the attempt that a run listens to, and each run commits. */
#if (defined(PATIENT) || FAULTS == 0) && EXPIRIES == 0 && EVENTS == 0 && !defined(FAILOVER)
#define NO_REASON
#endif
#ifdef NO_REASON
#define REFUSAL assert(no_refusal_for_no_reason)
#elif ANEW > 0
#define REFUSAL if :: anew > 0 -> anew--; goto raiseFlag :: goto undo fi
#else
#define REFUSAL goto undo
#endif

#ifdef NO_REASON
#define CLAIM_REFUSAL REFUSAL
#else
#define CLAIM_REFUSAL goto undo
#endif

/* One step: an attempt, its answer, or the end of patience. */
#define STEP(label, start, refusal) \
    atomic { LISTEN(LANE(t, 0)); start } \
    atomic { \
        if \
        :: reply[LANE(t, 0)] == DONE \
        :: reply[LANE(t, 0)] == REFUSED -> refusal \
        :: reply[LANE(t, 0)] == FAILED -> goto label \
        :: faults > 0 -> GIVEN_UP(label) \
        fi \
    }

/* ReanchorWorkflowImpl */
proctype Run(byte t) {
    byte anew = ANEW, book, bars, book_id, bars_id;
raiseFlag:
    STEP(raiseFlag, run RaiseFlag(t, current[LANE(t, 0)]), CLAIM_REFUSAL);
    atomic { LISTEN(LANE(t, 0)); LISTEN(LANE(t, 1)); run StageSnapshot(t, current[LANE(t, 0)]); run StageTrades(t, current[LANE(t, 1)]) }
staging:
    atomic {
        if
        :: reply[LANE(t, 0)] == DONE && reply[LANE(t, 1)] == DONE
        :: reply[LANE(t, 0)] == REFUSED || reply[LANE(t, 1)] == REFUSED -> REFUSAL
        :: reply[LANE(t, 0)] == RUNNING && faults > 0 ->
            LISTEN(LANE(t, 0)); run StageSnapshot(t, current[LANE(t, 0)]); GIVEN_UP(staging)
        :: reply[LANE(t, 1)] == RUNNING && faults > 0 ->
            LISTEN(LANE(t, 1)); run StageTrades(t, current[LANE(t, 1)]); GIVEN_UP(staging)
        fi
    }
buildFeatures:
    STEP(buildFeatures, run BuildFeatures(t, current[LANE(t, 0)]), REFUSAL);
validate:
    atomic {
        book = accepted_book[t]; bars = accepted_bars[t]; book_id = accepted_book_id[t]; bars_id = accepted_bars_id[t];
        if
        :: IS_ACCEPTED && STAGED_OWNER(FEATURES) == OWNER(t, 0)
        :: else -> REFUSAL
        fi;
        first_n[t] = (swap_begun[t] -> first_n[t] : against_n[t]); swap_begun[t] = 1
    }
swap:
    atomic {
        if
        :: watchers[t] < SWAPS
        :: else -> goto undo
        fi
    }
    STEP(swap_again, watchers[t]++; run Swap(t, current[LANE(t, 0)], watchers[t] - 1), REFUSAL);
    goto committed;
swap_again:
#ifdef UNDO_WHILE_UNKNOWN
    goto undo;
#else
    goto swap;
#endif
undo:
#ifdef UNDO_WHILE_UNKNOWN
    atomic { LISTEN(LANE(t, 0)); tell_outcome(t, ROLLED_BACK) }
    goto over;
#endif
settle:
    atomic { LISTEN(LANE(t, 0)); run Settle(t, current[LANE(t, 0)]) }
    atomic {
        if
        :: reply[LANE(t, 0)] == DONE -> tell_outcome(t, answer[t])
        :: reply[LANE(t, 0)] == FAILED -> goto settle
        :: faults > 0 -> faults--; goto settle
        fi
    }
    goto over;
committed:
    atomic { tell_outcome(t, COMMITTED) }
    goto over;
terminated: /* by an operator, or the server: nothing is settled */
    atomic { outcome[t] = TERMINATED; current[LANE(t, 0)]++; current[LANE(t, 1)]++ }
over:
    closed[t] = 1
}

/* The live writer: applies the exchange's next event when it continues the live ids, and keeps gen. */
proctype LiveWriter() {
    byte wi, events;
    do
    :: events < EVENTS ->
        events++;
        exchange_id++;
        d_step {
            if
            :: LIVE_ID(BOOK) + 1 == exchange_id -> LIVE_ID(BOOK) = exchange_id;
#ifndef NO_LIVE_WATCH
                touch()
#endif
            :: else
            fi;
            if
            :: LIVE_ID(BARS_1S) + 1 == exchange_id -> LIVE_ID(BARS_1S) = exchange_id; LIVE_ID(BARS_5S) = exchange_id;
#ifndef NO_LIVE_WATCH
                touch()
#endif
            :: else
            fi
        }
    :: else -> break
    od
}

inline expire_flag() { d_step { FLAG = NONE; FLAG_HAS_TTL = 0; touch() } }
#define HAS_TTL(f) (STAGED_OWNER(f) != 0 && STAGED_TTL(f))

/* TTLs, and what must be so when all is over. */
proctype Timers() {
    byte wi, fi_;
    do
    :: expiries > 0 && FLAG_HAS_TTL -> atomic { expiries--; expire_flag() }
    :: expiries > 0 && HAS_TTL(BOOK) -> atomic { expiries--; d_step { drop_staged(BOOK); touch() } }
    :: expiries > 0 && HAS_TTL(BARS_5S) -> atomic { expiries--; d_step { drop_staged(BARS_5S); touch() } }
    :: expiries > 0 && HAS_TTL(META) -> atomic { expiries--; d_step { drop_staged(META); touch() } }
    :: timeout -> break
    od;
    do
    :: FLAG_HAS_TTL -> expire_flag(); timeout
    :: else -> break
    od;
    skip;
    d_step {
        do
        :: fi_ <= META ->
            if
            :: HAS_TTL(fi_) -> drop_staged(fi_)
            :: else
            fi;
            INVARIANT(no_leftovers, STAGED_OWNER(fi_) == 0);
            fi_++
        :: else -> break
        od;
        INVARIANT(no_leftovers, FLAG == NONE);
        INVARIANT(no_torn_live_state, LIVE_IS_WHOLE);
#ifdef NO_REASON
        INVARIANT(commits_without_faults, outcome[A] == COMMITTED || outcome[A] == TERMINATED);
        INVARIANT(commits_without_faults, RUNS == 1 || outcome[B] == COMMITTED || outcome[B] == TERMINATED)
#endif
    }
}

#ifdef FAILOVER
/* Asynchronous replication, and one failover: what the replica lacks is gone, and so is every connection. */
proctype Failover() {
    byte wi, fi_;
    if
    :: d_step { replicate() }
    :: skip
    fi;
    d_step {
        do
        :: fi_ < SIZE -> redis[fi_] = replica[fi_]; fi_++
        :: else -> break
        od;
        fi_ = 0;
        failed_over = 1;
        touch();
        INVARIANT(replicated_is_true, outcome[A] != COMMITTED || !replicated[A] || INSTALLED(A));
        INVARIANT(replicated_is_true, outcome[B] != COMMITTED || !replicated[B] || INSTALLED(B))
    }
}
#endif

init {
    byte f;
    d_step {
        do
        :: f <= META -> LIVE_GEN(f) = BEFORE; LIVE_DATA(f) = 1; f++
        :: else -> break
        od;
        f = 0;
#ifdef FAILOVER
        do
        :: f < SIZE -> replica[f] = redis[f]; f++
        :: else -> break
        od;
        f = 0
#endif
    }
    atomic {
        run Run(A);
#if RUNS == 2
        run Run(B);
#endif
#if EVENTS > 0
        run LiveWriter();
#endif
#ifdef FAILOVER
        run Failover();
#endif
        run Timers()
    }
}
