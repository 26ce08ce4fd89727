/*
 * The revert: a cut-over A has replaced P; a run R puts P back, while its attempts get lost or late, old keys and flag expire, a recovery B
 * and the live writer go on. README.md says what is modelled, what isn't, and which class or script each step is.
 *
 * A script, and an EXEC, is one atomic step. The run gives an attempt up at any point (time-out, lost reply, dead worker), and the attempt
 * goes on as late and as far as it likes: FAULTS bounds how often that happens.
 */
#ifndef FAULTS
#define FAULTS 2
#endif
#ifndef EXPIRIES
#define EXPIRIES 1    /* of one old key, of all of them (the sweep), or of the flag */
#endif
#ifndef EVENTS
#define EVENTS 1      /* that the live writer gets meanwhile */
#endif
#define ATTEMPTS 3

/* tokens; Q is what P replaced */
#define NONE 0
#define P 1
#define A 2
#define R 3
#define B 4
#define Q 5

#define BOOK 0
#define FEATURES 1
#define META 2
#define KEYS 3

byte flag;
byte live_gen[KEYS];  /* token of the generation, NONE for an absent key */
byte live_data[KEYS]; /* whose state it is */
byte old_gen[KEYS];
byte old_data[KEYS];
byte live_n;          /* n of the generation */
byte replaced;        /* by the live receipt: what it replaced */
byte listed;          /* tokens that the live receipt lists, a bit each */
byte live_id = 2;     /* the book's update id; of what A replaced 1 */
byte old_id;
byte journal_end = 2;
bit carries;          /* whether the journal continues 1 */
byte had_id = 2;      /* ghost: the highest that was live */
bit reported;
byte installs[6];     /* ghost: how often a token was installed */
byte n_of[6];         /* ghost: n, by token */

/* WATCH: 1 watching, 2 something watched was changed. The last is B's. */
byte watched[ATTEMPTS + 1];
#define BS ATTEMPTS
inline touch(by_old) {
    w = 0;
    do
    :: w <= BS ->
        if
#ifdef OLD_NOT_WATCHED
        :: watched[w] == 1 && !by_old -> watched[w] = 2
#else
        :: watched[w] == 1 && (!by_old || w != BS) -> watched[w] = 2
#endif
        :: else
        fi;
        w++
    :: else -> break
    od;
    w = 0
}
inline touch_flag() {
#ifdef FLAG_NOT_WATCHED
    skip
#else
    touch(0)
#endif
}

hidden byte no_torn_live_state, installed_at_most_once, generation_never_back, undoes_only_what_was_asked,
    puts_back_what_was_replaced, outcome_is_what_happened, no_gap_uncovered_and_unreported;
#define INVARIANT(name, condition) if :: (condition) :: else -> assert(name) fi
#define LIVE_IS_WHOLE (live_gen[BOOK] != NONE && live_gen[FEATURES] == live_gen[BOOK] && live_gen[META] == live_gen[BOOK] \
    && live_data[BOOK] == live_data[FEATURES])
#define BEARS(t) (live_gen[META] == (t) || (listed & (1 << (t))))

inline installed(t) {
    installs[t]++;
    INVARIANT(installed_at_most_once, installs[t] <= 1);
    INVARIANT(generation_never_back, live_n > before_n);
    INVARIANT(no_torn_live_state, LIVE_IS_WHOLE)
}

/* what CutOver does in its EXEC */
inline cut_over(t) {
    before_n = live_n;
    k = 0;
    do
    :: k < KEYS ->
#ifndef LEAVES_OLDER_OLD
        old_gen[k] = NONE; old_data[k] = NONE;
#endif
        if
        :: live_gen[k] != NONE -> old_gen[k] = live_gen[k]; old_data[k] = live_data[k]
        :: else
        fi;
        k++
    :: else -> break
    od;
    old_id = live_id;
    replaced = live_gen[META];
    listed = listed | (1 << live_gen[META]);
    k = 0;
    do
    :: k < KEYS -> live_gen[k] = t; live_data[k] = t; k++
    :: else -> break
    od;
    k = 0;
    live_n++;
    installed(t)
}

/* what RevertTransaction does in its EXEC */
inline change_places() {
    before_n = live_n;
    was = live_gen[META];
    k = 0;
    do
    :: k < META ->
        gen = live_gen[k]; data = live_data[k];
        live_gen[k] = (old_gen[k] == NONE -> NONE : R); live_data[k] = old_data[k];
        old_gen[k] = gen; old_data[k] = data;
        k++
    :: else -> break
    od;
    k = 0; gen = 0; data = 0;
    old_gen[META] = was;
    live_gen[META] = R;
    before_id = live_id; live_id = old_id; old_id = before_id; before_id = 0;
    INVARIANT(puts_back_what_was_replaced, live_data[BOOK] == P || live_data[BOOK] == NONE);
    replaced = was;
#ifdef NO_TOKEN_LEFT
    live_gen[META] = P; live_gen[BOOK] = P; live_gen[FEATURES] = (live_gen[FEATURES] == NONE -> NONE : P);
#else
    listed = listed | (1 << was);
#endif
#ifdef N_GOES_BACK
    live_n--;
    /* what a protocol without tokens has: n alone tells one generation from another */
#else
    live_n++;
#endif
    INVARIANT(undoes_only_what_was_asked, was == A);
    was = 0;
#ifdef N_GOES_BACK
    INVARIANT(no_torn_live_state, LIVE_IS_WHOLE)
#else
    installed(R)
#endif
}

mtype = { RUNNING, DONE, REFUSED, FAILED };
mtype reply = RUNNING;
byte current;
byte faults = FAULTS;
bit run_over;
bit b_over;
bit world_over;
byte attempts;        /* that still go on */
mtype = { COMMITTED, ROLLED_BACK, NOTHING };
mtype outcome = NOTHING;

inline answer(what) {
    if
    :: current == slot -> reply = what
    :: else
    fi
}

#ifdef N_GOES_BACK
#define ASKED (live_n == 2)
#define FOUND false
#else
#define ASKED (live_gen[META] == A)
#define FOUND BEARS(R)
#endif
#ifdef OLD_UNCHECKED
#define OLD_IS_WHOLE true
#elif defined(LEAVES_OLDER_OLD)
#define OLD_IS_WHOLE (old_gen[BOOK] != NONE && old_gen[FEATURES] != NONE)
#else
#define OLD_IS_WHOLE (old_gen[BOOK] == replaced && old_gen[FEATURES] == replaced)
#endif

/* Reverting.run: one attempt of the activity */
proctype Attempt(byte slot) {
    byte w, k, before_n, was, gen, data, before_id;
    bit goes_on;
    atomic {
        watched[slot] = 1;
        if
        :: FOUND -> answer(DONE)
        :: !FOUND && (flag != R || !ASKED || !OLD_IS_WHOLE) -> answer(REFUSED)
        :: else -> goes_on = 1
        fi
    }
    if
    :: goes_on ->
        atomic {
            if
            :: watched[slot] == 1 ->
                watched[slot] = 0;
                change_places();
                flag = NONE;
                touch(0);
                answer(DONE)
            :: else -> answer(FAILED)
            fi;
            watched[slot] = 0;
            attempts--
        }
    :: else -> atomic { watched[slot] = 0; attempts-- }
    fi
}

/* RevertWorkflowImpl */
proctype Run() {
    byte w, started;
    if
    :: atomic { flag == NONE -> flag = R; touch_flag() }
    :: goto over /* it is refused, and has done nothing */
    fi;
    do
    :: started < ATTEMPTS ->
#ifdef CLAIMS_AGAIN /* as a run does that lost its flag: by the receipt it is told apart from one that has done its work */
        atomic {
            if
            :: flag == NONE -> flag = R; touch_flag()
            :: else
            fi
        };
#endif
        atomic { current = started; reply = RUNNING; run Attempt(started); started++; attempts++ }
        if
        :: reply != RUNNING
        :: atomic { faults > 0 -> faults--; current = 255 }
        fi;
        if
        :: reply == DONE && current != 255 -> outcome = COMMITTED; break
        :: reply == REFUSED && current != 255 -> break
        :: else
        fi
    :: break
    od;
    /* settle.lua */
    atomic {
        current = 255;
        if
        :: outcome == COMMITTED
        :: outcome != COMMITTED && BEARS(R) -> outcome = COMMITTED
        :: else ->
            outcome = ROLLED_BACK;
            if
            :: flag == R -> flag = NONE; touch_flag()
            :: else
            fi
        fi
    }
    if
    :: outcome == COMMITTED ->
        /* follow: by the guard script, so only when what is live continues */
        atomic {
            if
            :: live_id == 1 && carries -> live_id = journal_end
            :: live_id == 2 && journal_end == 3 -> live_id = 3
            :: else
            fi
        }
#ifndef GAP_IN_SILENCE
        atomic {
            if
            :: live_id < had_id -> reported = 1
            :: else
            fi
        }
#endif
    :: else
    fi;
over:
    run_over = 1
}

/* Another run: a recovery, begun by somebody who reports, or by hand */
proctype Recovery() {
    byte w, k, before_n, against, id;
    if
    :: atomic { flag == NONE -> flag = B; touch_flag(); against = live_gen[META] }
    :: goto over
    fi;
    id = journal_end; /* of its snapshot and its catch-up */
    atomic {
        watched[BS] = 1;
        if
        :: flag == B && live_gen[META] == against && live_id <= id
        :: else -> watched[BS] = 0; goto undo
        fi
    }
    atomic {
        if
        :: watched[BS] == 1 ->
            cut_over(B);
            live_id = (id > live_id -> id : live_id);
            had_id = (live_id > had_id -> live_id : had_id);
            flag = NONE;
            watched[BS] = 0;
            touch(0)
        :: else -> watched[BS] = 0
        fi
    }
undo:
    atomic {
        if
        :: flag == B -> flag = NONE; touch_flag()
        :: else
        fi
    }
over:
    b_over = 1
}

proctype World() {
    byte w, events = EVENTS, expiries = EXPIRIES;
    do
    :: atomic { /* journaled, then applied by the guard script; a gap is reported */
        events > 0 ->
        events--;
        journal_end = 3;
        if
        :: live_id == 2 -> live_id = 3
        :: live_id == 1 && carries -> live_id = 3
        :: live_id == 1 && !carries -> reported = 1
        :: else
        fi;
        had_id = (live_id > had_id -> live_id : had_id)
      }
    :: atomic { expiries > 0 && flag != NONE -> expiries--; flag = NONE; touch_flag() }
    :: atomic { expiries > 0 && old_gen[BOOK] != NONE -> expiries--; old_gen[BOOK] = NONE; old_data[BOOK] = NONE; touch(1) }
    :: atomic { expiries > 0 && old_gen[FEATURES] != NONE -> expiries--; old_gen[FEATURES] = NONE; old_data[FEATURES] = NONE; touch(1) }
    :: atomic {
        expiries > 0 && old_gen[META] != NONE ->
        expiries--;
        old_gen[BOOK] = NONE; old_data[BOOK] = NONE;
        old_gen[FEATURES] = NONE; old_data[FEATURES] = NONE;
        old_gen[META] = NONE;
        touch(1)
      }
    :: break
    od;
    world_over = 1
}

proctype End() {
    (run_over && b_over && world_over && attempts == 0);
#ifndef N_GOES_BACK /* it has no token to be told by */
    INVARIANT(outcome_is_what_happened,
        (outcome == COMMITTED && installs[R] == 1) || (outcome != COMMITTED && installs[R] == 0));
#endif
    INVARIANT(no_gap_uncovered_and_unreported, live_id >= had_id || reported)
}

init {
    byte k, before_n;
    atomic {
        /* P is live, perhaps without features, and has left what it replaced */
        live_n = 1;
        k = 0;
        do
        :: k < KEYS -> live_gen[k] = P; live_data[k] = P; old_gen[k] = Q; old_data[k] = Q; k++
        :: else -> break
        od;
        k = 0;
        live_id = 1;
        if
        :: skip
        :: live_gen[FEATURES] = NONE; live_data[FEATURES] = NONE
        fi;
        if
        :: carries = 1
        :: carries = 0
        fi;
        cut_over(A);
        live_id = 2;
        run Run();
        run Recovery();
        run World();
        run End()
    }
}
