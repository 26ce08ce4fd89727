/*
 * Live writers, journals and catch-up: one symbol, the writers of its book and bars, a run that recovers it, one Redis.
 * README.md says what is modelled, what isn't, and which class or script each step is.
 *
 * Of the cut-over only what matters here: one EXEC under WATCH. Owners, retries and lost replies are cutover.pml's.
 *
 * The exchange has had all its events from the start, and the feed is as late as it likes: so a snapshot may be of any id, older than
 * live, inside a diff that covers several ids, or ahead of the feed. What a key holds is the set of the ids that went into it.
 */
#ifndef IDS
#define IDS 3         /* update ids and trade ids, at most 4 */
#endif
#ifndef BOOK_WRITERS
#define BOOK_WRITERS 1
#endif
#ifndef BARS_WRITERS
#define BARS_WRITERS 0
#endif
#ifndef LOSSES
#define LOSSES 1      /* events that the feed doesn't bring to one of the writers */
#endif
#ifndef TRIMS
#define TRIMS 0       /* entries that are trimmed from a journal */
#endif
#ifndef DEATHS
#define DEATHS 0      /* writers that die, at any step, and are started again */
#endif
#ifndef RESYNCS
#define RESYNCS 0     /* snapshots that a writer takes by itself */
#endif
#ifndef FAILS
#define FAILS 0       /* runs that end without a cut-over: deadline, abort */
#endif
#ifndef MANUALS
#define MANUALS 0     /* runs that an operator asks for, with nothing reported */
#endif
#ifndef FEATURE_WRITES
#define FEATURE_WRITES 0
#endif
#ifndef FAILOVERS
#define FAILOVERS 0
#endif
#ifndef DAMAGES
#define DAMAGES 0     /* a bar key that falls back, or is deleted, alone */
#endif
#ifndef CUT_OVER_ATTEMPTS
#define CUT_OVER_ATTEMPTS 2
#endif

/* Streams, and the live keys that they go into. */
#define BOOK 0
#define BARS 1
#define BARS_1S 1
#define BARS_5S 2

/* ---- what Redis holds: one array, so that a replica is a copy of it ---- */
#define LIVE_ID(k) redis[k]
#define LIVE_HAS(k) redis[3 + (k)]          /* ids that went into it, a bit each; the lowest is what was before */
#define GEN redis[6]
#define FEATURES_GEN redis[7]
#define FEATURES_ID(s) redis[8 + (s)]       /* asOfUpdateId, asOfTradeId */
#define HOLD redis[10]
#define LENGTH(s) redis[11 + (s)]
#define JOURNAL(s, i) redis[13 + (s) * IDS + (i)]
#define SUSPECT(s) redis[13 + 2 * IDS + (s)]  /* suspectFrom */
#define SIZE (15 + 2 * IDS)
byte redis[SIZE];
#if FAILOVERS > 0
byte replica[SIZE];   /* what reached it: the primary at some earlier time */
#endif
byte staged_id[2];    /* written by the run alone, so not replicated: a run that loses its connection stages anew */
byte staged_has[2];
byte staged_features[2];
byte watched;         /* 1 the run watches, 2 something watched was changed */

/* ---- what Temporal knows ---- */
byte reported[2];     /* highest id reported to the run that is open */
bit reported_since;   /* a report came since the run began its last look */
bit told[4];          /* the run failed: told to the writer */

byte known[4];        /* highest id that a writer has had in hand */
byte connections;     /* raised when all connections break */
byte last_gen;        /* a gen is never used again, in whichever history of the server: it bears the token */
byte ends[2];         /* ids that a diff or trade ends with, a bit each */
bit damaged;          /* one bar key was put back or deleted, and the two don't agree again yet */
byte losses = LOSSES, trims = TRIMS, deaths = DEATHS, resyncs = RESYNCS, fails = FAILS, feature_writes = FEATURE_WRITES,
    failovers = FAILOVERS, damages = DAMAGES, manuals = MANUALS;
bit asked_for;        /* a run, by an operator */

/* ---- invariants: pan reports the name ---- */
hidden byte live_id_never_back, each_event_once_in_order, live_is_true_at_its_id, bar_keys_agree, features_are_of_their_book,
    continued_to_the_journals_end, staged_at_one_point, committed_covers_what_was_reported, nothing_waits_for_the_next_event,
    no_gap_uncovered_and_unreported, everything_journaled_is_applied, no_false_gap, gap_is_marked, mark_goes_with_the_gap;
#define INVARIANT(name, condition) if :: (condition) :: else -> assert(name) fi

/* Only in a d_step, and set before they are read there. */
hidden byte xi, xj, xk, xid;

/* An event is known by its last id, u; U is its first. */
#define ENDS(s, n) ((ends[s] >> (n)) & 1)
#define FIRST(s, u) ((u) > 1 && !ENDS(s, (u) - 1) -> ((u) > 2 && !ENDS(s, (u) - 2) -> (u) - 2 : (u) - 1) : (u))
#define NEXT(s, n) (ENDS(s, (n) + 1) -> (n) + 1 : (ENDS(s, (n) + 2) -> (n) + 2 : (n) + 3))
#define UP_TO(n) ((1 << ((n) + 1)) - 1)
#define ALL_OF(s, u) (UP_TO(u) & ~UP_TO(FIRST(s, u) - 1))
#define MAX(a, b) ((a) > (b) -> (a) : (b))

/* book.lua, bars.lua: U <= id+1 <= u */
#define CONTINUES(s, u, id) (FIRST(s, u) <= (id) + 1 && (id) + 1 <= (u))
#if defined(GUARD_WANTS_U_NEXT)
#define GUARD(s, u, id) (FIRST(s, u) == (id) + 1)
#elif defined(GUARD_WANTS_ONLY_LATER)
#define GUARD(s, u, id) ((u) > (id))
#else
#define GUARD(s, u, id) CONTINUES(s, u, id)
#endif

/* The two bar keys are as far as the one that is behind. */
#define LOWER (LIVE_ID(BARS_1S) < LIVE_ID(BARS_5S) -> LIVE_ID(BARS_1S) : LIVE_ID(BARS_5S))
#define LIVE(s) ((s) == BOOK -> LIVE_ID(BOOK) : LOWER)
#if defined(FIRST_KEY_DECIDES)
#define DECIDES(s) LIVE_ID(s)
#elif defined(HIGHER_KEY_DECIDES)
#define DECIDES(s) ((s) == BOOK -> LIVE_ID(BOOK) : MAX(LIVE_ID(BARS_1S), LIVE_ID(BARS_5S)))
#else
#define DECIDES(s) LIVE(s)
#endif
#define IS_THERE(k) (LIVE_HAS(k) & 1)
#ifdef ABSENT_IS_ZERO
#define ARE_THERE(s) true
#else
#define ARE_THERE(s) ((s) == BOOK || (IS_THERE(BARS_1S) && IS_THERE(BARS_5S)))
#endif

#define IS_TRUE(k) (!IS_THERE(k) && LIVE_ID(k) == 0 || LIVE_HAS(k) == UP_TO(LIVE_ID(k)))
#define FEATURES_FIT (FEATURES_GEN == GEN && FEATURES_ID(BOOK) <= LIVE_ID(BOOK) && (FEATURES_ID(BARS) <= LOWER || damaged))

/* After each change of live: a reader may look now. */
inline seen_by_readers() {
    watched = (watched == 1 -> 2 : watched);
    INVARIANT(live_is_true_at_its_id, IS_TRUE(BOOK) && IS_TRUE(BARS_1S) && IS_TRUE(BARS_5S));
    damaged = damaged && LIVE_ID(BARS_1S) != LIVE_ID(BARS_5S);
    INVARIANT(bar_keys_agree, LIVE_ID(BARS_1S) == LIVE_ID(BARS_5S) || damaged);
    INVARIANT(features_are_of_their_book, FEATURES_FIT)
}

inline add(k, s, u) {
    INVARIANT(each_event_once_in_order, u > LIVE_ID(k));
    LIVE_HAS(k) = LIVE_HAS(k) | ALL_OF(s, u);
    LIVE_ID(k) = u
}

/* The bars' guard decides by the key that is behind; the other skips what it has. */
#if defined(FIRST_KEY_DECIDES) || defined(HIGHER_KEY_DECIDES) || defined(NEITHER_SKIPS) || defined(BARS_UNGUARDED)
#define HAS(k, u) false
#else
#define HAS(k, u) (LIVE_ID(k) >= (u))
#endif
inline add_to_keys(s, u) {
    if
    :: s == BOOK -> add(BOOK, s, u)
    :: else ->
        if
        :: HAS(BARS_1S, u)
        :: else -> add(BARS_1S, s, u)
        fi;
#ifndef KEYS_IN_SCRIPTS_APART
        if
        :: HAS(BARS_5S, u)
        :: else -> add(BARS_5S, s, u)
        fi
#endif
    fi;
    seen_by_readers()
}

/* suspectFrom; with -DMARKS only, to keep the others small. It wakes who WATCHes, so it is written only when it changes. */
#ifdef MARKS
#define MARK(s, from) watched = (watched == 1 && SUSPECT(s) != (from) -> 2 : watched); SUSPECT(s) = from
#else
#define MARK(s, from)
#endif

mtype = { APPLIED, STALE, GAP, HELD, DISCONNECTED };

/* book.lua, bars.lua */
inline guard_script(s, u) {
    d_step {
        if
        :: connection != connections -> answer = DISCONNECTED
        :: else ->
            if
            :: HOLD -> answer = HELD
#ifdef BARS_UNGUARDED
            :: !HOLD && s == BARS -> answer = APPLIED; add_to_keys(s, u)
#endif
            :: else ->
                if
                :: ARE_THERE(s) && GUARD(s, u, DECIDES(s)) -> answer = APPLIED; add_to_keys(s, u);
#ifndef MARK_STAYS
                    MARK(s, (SUSPECT(s) <= LIVE(s) -> 0 : SUSPECT(s)))
#endif
                :: ARE_THERE(s) && u <= DECIDES(s) -> answer = STALE
                :: else -> answer = GAP; MARK(s, LIVE(s) + 1)
                fi
            fi
        fi
    }
}

/* XADD. What stands there already isn't appended twice: by ids it makes no difference. */
inline append(s, u) {
    xi = 0;
    do
    :: xi < LENGTH(s) && JOURNAL(s, xi) != u -> xi++
    :: else -> break
    od;
    if
    :: xi == LENGTH(s) -> JOURNAL(s, xi) = u; LENGTH(s) = LENGTH(s) + 1
    :: else
    fi
}

/* xj = what continues xid in the journal, or 0 */
inline find_next(s) {
    xi = 0; xj = 0;
    do
    :: xi < LENGTH(s) ->
        if
        :: GUARD(s, JOURNAL(s, xi), xid) -> xj = JOURNAL(s, xi)
        :: else
        fi;
        xi++
    :: else -> break
    od
}

/* xj = the journal's end */
inline find_end(s) {
    xi = 0; xj = 0;
    do
    :: xi < LENGTH(s) -> xj = MAX(xj, JOURNAL(s, xi)); xi++
    :: else -> break
    od
}

/* ---- LiveBookWriter, LiveBarsWriter ---- */

#define ME (2 * (w) + (s))
#ifdef NO_JOURNAL
#define BEARS_IT(u) ((kept >> (u)) & 1)
#else
#define BEARS_IT(u) false
#endif

/* Ghost: xj = whether the event n could be had by the writer itself. */
inline is_at_hand(n) {
#ifdef NO_JOURNAL
    xj = (received >> n) & 1
#else
    xk = 0;
    do
    :: xk < LENGTH(s) -> xj = xj || JOURNAL(s, xk) == n; xk++
    :: else -> break
    od
#endif
}

/* at the end of an if: instead of its next step, the writer dies */
#define MAY_DIE :: deaths > 0 -> deaths--; goto die
#define IDLE u = 0; target = 0; answer = APPLIED; goto end_next

proctype Writer(byte w; byte s) {
    byte fed;             /* last event that the feed brought, or lost */
    byte u;               /* the event in hand */
    byte applied;         /* last event that it has applied itself */
    byte next, target, connection, r;
    mtype answer;
#ifdef NO_JOURNAL
    byte kept, tried_at;  /* what couldn't be applied, and the gen that it was tried at */
    byte received;        /* ghost */
#endif
#ifdef ONE_PASS
    byte at;
#endif
    goto replay;

end_next: /* an event, or a reason to look */
    atomic {
        if
        :: fed < IDS && losses > 0 -> losses--; fed = NEXT(s, fed); IDLE
        :: fed < IDS ->
            d_step {
                u = NEXT(s, fed); fed = u;
                known[ME] = MAX(known[ME], u);
#ifdef NO_JOURNAL
                kept = kept | (1 << u); received = received | (1 << u)
#else
                append(s, u)
#endif
            }
        :: connection != connections -> goto replay
        :: told[ME] -> told[ME] = 0; goto replay
#if RESYNCS > 0
        :: resyncs > 0 && s == BOOK -> resyncs--; goto fetch
#endif
#ifdef NO_JOURNAL
#ifndef DROPS_WHAT_IT_COULDNT_APPLY
        :: kept && tried_at != GEN -> goto replay
#endif
#endif
        MAY_DIE
        fi
    }
#ifdef NO_JOURNAL
    /* what it kept comes first */
    if
    :: kept != (1 << u) -> goto replay
    :: else
    fi;
#endif
apply:
    atomic {
        if
        :: guard_script(s, u)
#ifdef KEYS_IN_SCRIPTS_APART
            if
            :: s == BARS && answer == APPLIED -> goto apply_5s
            :: else
            fi
#endif
        MAY_DIE
        fi;
        if
        :: answer == APPLIED || answer == STALE ->
            applied = (answer == APPLIED -> MAX(applied, u) : applied);
#ifdef NO_JOURNAL
            kept = kept & ~(1 << u);
#endif
            IDLE
        :: answer == HELD -> goto held
        :: else -> goto replay
        fi
    }
#ifdef KEYS_IN_SCRIPTS_APART
apply_5s:
    atomic { add(BARS_5S, s, u); seen_by_readers(); IDLE };
#endif
held:
#ifdef DROPS_WHAT_WAS_HELD
    IDLE;
#endif
    atomic {
        if
        :: !HOLD
        :: connection != connections
        fi
    }

replay: /* by ids, until nothing continues */
    atomic {
#ifdef NO_JOURNAL
        received = (connection == connections -> received : 0); /* what a failover took back can't be had again */
#endif
        connection = connections;
        if
        :: true
        MAY_DIE
        fi;
        d_step {
#if defined(NO_JOURNAL)
            xi = 1; xj = 0;
            do
            :: xi <= IDS ->
                if
                :: BEARS_IT(xi) && GUARD(s, xi, DECIDES(s)) -> xj = xi
                :: BEARS_IT(xi) && xi <= LIVE(s) -> kept = kept & ~(1 << xi)
                :: else
                fi;
                xi++
            :: else -> break
            od;
            tried_at = GEN;
#elif defined(ONE_PASS)
            xj = (at < LENGTH(s) -> JOURNAL(s, at) : 0);
            at++;
#else
            xid = DECIDES(s); find_next(s);
#endif
            next = (ARE_THERE(s) -> xj : 0); xi = 0; xj = 0
        }
        if
#if defined(NO_REPLAY_AT_START)
        :: !known[ME] -> IDLE
#endif
        :: next -> goto put
        :: else
        fi;
        /* nothing continues: still behind? */
        d_step {
#if defined(ONE_PASS)
            at = 0;
#endif
            find_end(s);
#if defined(KNOWS_ONLY_WHAT_IT_HAD)
            /* as the protocol's words were: "the event in hand (or the last one it had applied)" */
            target = (u > applied -> u : applied);
#elif defined(FORGETS_WHAT_IT_APPLIED)
            target = (u > xj -> u : xj);
#else
            target = (known[ME] > xj -> known[ME] : xj);
#endif
#ifdef DROPS_WHAT_IT_COULDNT_APPLY
            kept = 0;
#endif
            /* what continues live is neither in the journal nor, without one, was it ever here */
            xi = 1;
            do
            :: xi <= IDS ->
                xj = 0;
                if
                :: target > LIVE(s) && ARE_THERE(s) && CONTINUES(s, xi, LIVE(s)) && ENDS(s, xi) -> is_at_hand(xi); INVARIANT(no_false_gap, !xj)
                :: else
                fi;
                xi++
            :: else -> break
            od;
#ifdef MARKS
#ifndef MARKED_BY_THE_GUARD_ONLY
            MARK(s, (target > LIVE(s) -> LIVE(s) + 1 : SUSPECT(s)));
#endif
            INVARIANT(gap_is_marked, target <= LIVE(s) || SUSPECT(s));
#endif
            xi = 0; xj = 0
        }
        if
        :: target > LIVE(s)
        :: else -> IDLE
        fi
    }
report:
    atomic {
        if
        :: true
        MAY_DIE
        fi;
#if defined(REPORTS_FIRST_ID)
        target = FIRST(s, target);
#elif defined(REPORTS_LAST_MISSING)
        target = FIRST(s, target) - 1;
#endif
        reported[s] = MAX(reported[s], target);
        reported_since = 1;
        IDLE
    }
put:
    atomic {
        guard_script(s, next);
        applied = (answer == APPLIED -> MAX(applied, next) : applied);
#ifdef NO_JOURNAL
        kept = (answer == APPLIED || answer == STALE -> kept & ~(1 << next) : kept);
#endif
        next = 0;
        if
        :: answer == HELD -> goto held
        :: else -> goto replay
        fi
    }

#if RESYNCS > 0
fetch: /* resync.lua: the whole hash in one script, forwards, keeping gen */
    select(r : 0 .. IDS);
resync:
    d_step {
        if
#ifndef RESYNCS_BACKWARDS
        :: r <= LIVE_ID(BOOK) || HOLD
#endif
        :: else ->
            INVARIANT(live_id_never_back, r >= LIVE_ID(BOOK));
            LIVE_ID(BOOK) = r; LIVE_HAS(BOOK) = UP_TO(r); MARK(BOOK, 0);
            seen_by_readers()
        fi;
        r = 0
    }
    goto replay;
#endif

die: /* what it had in hand, or in memory, is gone; it is started again */
    atomic {
        u = 0; next = 0; target = 0; applied = 0; known[ME] = 0; told[ME] = 0; answer = APPLIED;
#ifdef NO_JOURNAL
        kept = 0; tried_at = 0; received = 0;
#endif
        goto replay
    }
}

/* ---- the run ---- */

#define USES_BOOK (BOOK_WRITERS > 0)
#define USES_BARS (BARS_WRITERS > 0)

/* CatchUp: staged goes on with the journal, by the same guard */
inline catch_up(s) {
    do
    :: xid = staged_id[s]; find_next(s);
        if
        :: xj == 0 -> break
        :: else -> staged_has[s] = staged_has[s] | ALL_OF(s, xj); staged_id[s] = xj
        fi
    od;
    find_end(s);
#ifdef STOPS_AT_A_HOLE
    good = good && staged_id[s] >= LIVE(s) && staged_id[s] >= reported[s];
#else
    good = good && staged_id[s] >= xj && staged_id[s] >= LIVE(s) && staged_id[s] >= reported[s];
#endif
    xi = 0; xj = 0
}

#define NOT_BEHIND (staged_id[BOOK] >= LIVE_ID(BOOK) && staged_id[BARS] >= LIVE_ID(BARS_1S) && staged_id[BARS] >= LIVE_ID(BARS_5S))
#define COVERS(book, bars) ((book) >= reported[BOOK] && (bars) >= reported[BARS])

inline exec_transaction() {
    INVARIANT(live_id_never_back, NOT_BEHIND);
    INVARIANT(staged_at_one_point, staged_features[BOOK] == staged_id[BOOK] && staged_features[BARS] == staged_id[BARS]);
    INVARIANT(continued_to_the_journals_end, staged_id[BOOK] >= saw_end[BOOK] && staged_id[BARS] >= saw_end[BARS]);
    LIVE_ID(BOOK) = staged_id[BOOK]; LIVE_HAS(BOOK) = staged_has[BOOK];
    LIVE_ID(BARS_1S) = staged_id[BARS]; LIVE_HAS(BARS_1S) = staged_has[BARS];
    LIVE_ID(BARS_5S) = staged_id[BARS]; LIVE_HAS(BARS_5S) = staged_has[BARS];
    last_gen++;
    GEN = last_gen; FEATURES_GEN = last_gen;
    FEATURES_ID(BOOK) = staged_features[BOOK]; FEATURES_ID(BARS) = staged_features[BARS];
    HOLD = 0; MARK(BOOK, 0); MARK(BARS, 0);
    damaged = 0;
    seen_by_readers();
    find_end(BOOK); due[BOOK] = xj;
    find_end(BARS); due[BARS] = xj;
    xi = 0; xj = 0;
    drop_staged()
}

inline drop_staged() {
    staged_id[BOOK] = 0; staged_id[BARS] = 0; staged_has[BOOK] = 0; staged_has[BARS] = 0;
    staged_features[BOOK] = 0; staged_features[BARS] = 0; saw_end[BOOK] = 0; saw_end[BARS] = 0; watched = 0
}

/* What was journaled at EXEC is live, or behind a hole. (Where nothing else can close a hole.) */
inline waits_for_the_next_event(s) {
    skip;
#if BOOK_WRITERS < 2 && BARS_WRITERS < 2 && TRIMS == 0 && RESYNCS == 0 && FAILOVERS == 0 && DAMAGES == 0
    xid = LIVE(s);
    find_next(s);
    INVARIANT(nothing_waits_for_the_next_event, !xj || xj > due[s]);
    xi = 0; xj = 0
#endif
}

proctype Run() {
    byte book, bars, tries, connection, s, next;
    byte saw_end[2];      /* ghost: the journal's end, as the last catch-up saw it; and at EXEC */
    byte due[2];
    bit good, under_hold;
    mtype answer;

end_closed:
    atomic { (reported[BOOK] || reported[BARS] || asked_for) -> asked_for = 0 }
round:
    atomic {
        d_step { drop_staged(); tries = 0; under_hold = 0 }
    }
stage: /* a snapshot may be cached, trades may lag behind; fetched again until good */
    atomic {
        connection = connections;
#if BOOK_WRITERS > 0
        select(book : 0 .. IDS);
#endif
#if BARS_WRITERS > 0
        select(bars : 0 .. IDS);
#endif
        d_step {
            good = 1;
            staged_id[BOOK] = book; staged_has[BOOK] = UP_TO(book); staged_id[BARS] = bars; staged_has[BARS] = UP_TO(bars);
            book = 0; bars = 0;
            catch_up(BOOK); catch_up(BARS);
            staged_features[BOOK] = staged_id[BOOK]; staged_features[BARS] = staged_id[BARS]
        }
        if
        :: good -> good = 0
        :: else -> d_step { drop_staged() }; goto stage
        fi
    }

lastCatchUp: /* bars and features to the same point, checks, seal */
    atomic {
        if
        :: fails > 0 -> fails--; goto fail
        :: true
        fi;
        d_step {
            good = 1;
            catch_up(BOOK); catch_up(BARS);
#ifndef FEATURES_BEFORE_THE_LAST_CATCH_UP
            staged_features[BOOK] = staged_id[BOOK]; staged_features[BARS] = staged_id[BARS];
#endif
            find_end(BOOK); saw_end[BOOK] = xj;
            find_end(BARS); saw_end[BARS] = xj;
            xi = 0; xj = 0
        }
        if
        :: good && connection == connections -> good = 0
        :: else -> good = 0; goto round
        fi;
#ifdef STAGED_SETTLES_A_REPORT
        reported[BOOK] = 0; reported[BARS] = 0;
#endif
    }
watch:
    atomic {
        watched = 1;
        if
        :: connection != connections -> goto round
        :: connection == connections && NOT_BEHIND && COVERS(staged_id[BOOK], staged_id[BARS]) && (HOLD || !under_hold)
        :: else -> goto again
        fi
    }
exec:
    atomic {
        if
        :: connection != connections -> goto round
        :: else
        fi;
        if
#ifdef LIVE_NOT_WATCHED
        :: d_step { exec_transaction() }
#else
        :: watched == 1 -> d_step { exec_transaction() }
        :: else -> goto again
#endif
        fi;
        goto follow
    }
again: /* bounded; then once more under the hold */
    atomic {
        watched = 0;
        tries++;
        if
        :: tries < CUT_OVER_ATTEMPTS -> goto lastCatchUp
#ifndef NO_HOLD
        :: tries == CUT_OVER_ATTEMPTS -> under_hold = 1; HOLD = 1; goto lastCatchUp
#endif
        :: else -> goto fail /* live is moving */
        fi
    }

follow: /* Follow: the journal onto the new live keys, by the guard */
#ifndef NO_FOLLOW
    atomic {
        connection = connections;
        d_step {
            xid = DECIDES(s); find_next(s);
            next = (ARE_THERE(s) -> xj : 0); xi = 0; xj = 0
        }
        if
        :: next == 0 && s == BOOK -> s = BARS; goto follow
        :: next == 0 && s == BARS -> s = BOOK; goto look
        :: else
        fi
    }
    atomic { guard_script(s, next); next = 0; answer = APPLIED; goto follow }
#endif
look: /* once more before it ends, and after the last report, whatever its id */
    atomic { reported_since = 0; book = LIVE(BOOK); bars = LIVE(BARS); connection = connections }
close:
    atomic {
        if
#ifndef NO_SECOND_LOOK
        :: !COVERS(book, bars) -> book = 0; bars = 0; goto round
#ifndef LOOKS_BEFORE_THE_LAST_REPORT
        :: COVERS(book, bars) && reported_since -> book = 0; bars = 0; goto look
#endif
#endif
        :: else
        fi;
        INVARIANT(committed_covers_what_was_reported, COVERS(LIVE(BOOK), LIVE(BARS)) || connection != connections);
        d_step {
            waits_for_the_next_event(BOOK); waits_for_the_next_event(BARS);
            book = 0; bars = 0; connection = 0; due[BOOK] = 0; due[BARS] = 0;
            reported[BOOK] = 0; reported[BARS] = 0; reported_since = 0
        }
        goto end_closed
    }
fail: /* settled; everyone who joined is told */
    atomic {
        d_step {
            drop_staged();
#ifndef FAILS_IN_SILENCE
            told[0] = told[0] || reported[BOOK] > 0; told[2] = told[2] || reported[BOOK] > 0;
            told[1] = told[1] || reported[BARS] > 0; told[3] = told[3] || reported[BARS] > 0;
#endif
            reported[BOOK] = 0; reported[BARS] = 0; reported_since = 0; connection = 0; tries = 0; under_hold = 0; due[BOOK] = 0; due[BARS] = 0
        }
        goto end_closed
    }
}

/* Who writes features from live keys: only while gen is as read, and ids aren't past live, nor back. */
#if FEATURE_WRITES > 0
proctype FeatureWriter() {
    byte gen, book, bars;
    do
    :: feature_writes > 0 ->
        atomic { feature_writes--; gen = GEN; book = LIVE_ID(BOOK); bars = LOWER }
features: /* features.lua */
        d_step {
            if
#if defined(FEATURES_WITHOUT_GEN)
            :: true ->
#elif defined(FEATURES_WITHOUT_IDS)
            :: gen == GEN ->
#else
            :: gen == GEN && book <= LIVE_ID(BOOK) && bars <= LOWER && book >= FEATURES_ID(BOOK) && bars >= FEATURES_ID(BARS) ->
#endif
                FEATURES_GEN = gen; FEATURES_ID(BOOK) = book; FEATURES_ID(BARS) = bars;
                INVARIANT(features_are_of_their_book, FEATURES_FIT)
            :: else
            fi;
            gen = 0; book = 0; bars = 0
        }
    :: else -> break
    od
}
#endif

inline check_quiet(w, s) {
    INVARIANT(no_gap_uncovered_and_unreported, known[ME] <= LIVE(s))
}

/* The oldest entry goes. */
inline trim(s) {
    trims--;
    LENGTH(s) = LENGTH(s) - 1;
    xi = 0;
    do
    :: xi < LENGTH(s) -> JOURNAL(s, xi) = JOURNAL(s, xi + 1); xi++
    :: else -> break
    od;
    JOURNAL(s, xi) = 0;
    xi = 0
}

#define COPY(to, from) xi = 0; do :: xi < SIZE -> to[xi] = from[xi]; xi++ :: else -> break od; xi = 0

/* One bar key is put back to an earlier state, or deleted, and every connection breaks. */
inline damage(k, id, has) {
    LIVE_ID(k) = id; LIVE_HAS(k) = has;
    damaged = 1;
    connections++;
    watched = (watched == 1 -> 2 : watched)
}

/* Time: trimming, the hold's PX, a failover, a damaged key; and what must be so when nothing happens any more. */
proctype World() {
    bit replicated;
    do
    :: trims > 0 && LENGTH(BOOK) > 0 -> d_step { trim(BOOK) }
    :: trims > 0 && LENGTH(BARS) > 0 -> d_step { trim(BARS) }
#ifndef HOLD_WITHOUT_EXPIRY
    :: HOLD -> d_step { HOLD = 0; watched = (watched == 1 -> 2 : watched) }
#endif
#if MANUALS > 0
    :: manuals > 0 && !asked_for -> d_step { manuals--; asked_for = 1 }
#endif
#if FAILOVERS > 0
    :: failovers > 0 && !replicated -> d_step { replicated = 1; COPY(replica, redis) }
    :: failovers > 0 -> d_step { failovers--; COPY(redis, replica); connections++; watched = (watched == 1 -> 2 : watched) }
#endif
#if DAMAGES > 0
    :: damages > 0 -> d_step { damages--; damage(BARS_1S, 0, 1) }
    :: damages > 0 -> d_step { damages--; damage(BARS_5S, 0, 1) }
    :: damages > 0 -> d_step { damages--; damage(BARS_1S, 0, 0) }
    :: damages > 0 -> d_step { damages--; damage(BARS_5S, 0, 0) }
    :: damages > 0 && LIVE_ID(BARS_5S) > 1 -> d_step { damages--; damage(BARS_5S, 1, 3) }
#endif
    :: timeout -> break
    od;
    skip;
    d_step {
        check_quiet(0, BOOK); check_quiet(1, BOOK); check_quiet(0, BARS); check_quiet(1, BARS);
        find_end(BOOK);
        INVARIANT(everything_journaled_is_applied, xj <= LIVE(BOOK));
        find_end(BARS);
        INVARIANT(everything_journaled_is_applied, xj <= LIVE(BARS));
        INVARIANT(bar_keys_agree, LIVE_ID(BARS_1S) == LIVE_ID(BARS_5S));
        INVARIANT(mark_goes_with_the_gap, !SUSPECT(BOOK) && !SUSPECT(BARS));
        xi = 0; xj = 0
    }
}

init {
    byte n;
    atomic {
        d_step { LIVE_HAS(BOOK) = 1; LIVE_HAS(BARS_1S) = 1; LIVE_HAS(BARS_5S) = 1; ends[BOOK] = UP_TO(IDS); ends[BARS] = UP_TO(IDS) }
#ifdef BATCHED /* any diffs of one to three ids */
        n = 1;
        do
        :: n < IDS -> n++
        :: n < IDS -> ends[BOOK] = ends[BOOK] & ~(1 << n); n++
        :: else -> break
        od;
        n = 0;
#endif
#if FAILOVERS > 0
        d_step { COPY(replica, redis) };
#endif
        run Run();
#if BOOK_WRITERS > 0
        run Writer(0, BOOK);
#endif
#if BOOK_WRITERS > 1
        run Writer(1, BOOK);
#endif
#if BARS_WRITERS > 0
        run Writer(0, BARS);
#endif
#if BARS_WRITERS > 1
        run Writer(1, BARS);
#endif
#if FEATURE_WRITES > 0
        run FeatureWriter();
#endif
        run World()
    }
}
