"""A live writer and a live reader in Python: the kit's .lua files, redis-py, and nothing else.

    book = BookWriter(client, "BTCUSDT")
    outcome = book.write([Diff(901, 905, 1700000000000, [("61837.63", "0.5")], [])])
    if outcome.missing:                      # at each outcome that says so: report it, `missing[1]` is what a recovery must reach
        report(outcome.missing)

    state = Reader(client, "BTCUSDT").read()  # all keys at one instant

In a Redis Cluster pass ``tagged=True``: the names then carry a hash tag, ``ob:{BTCUSDT}``, and all keys of a symbol share a slot.

Readers that take JSON strings are served by ``strings={"ob:BTCUSDT": "json:ob:BTCUSDT"}``, a live key's string each: it is written with the key.

A writer belongs to one thread. It raises redis.RedisError when Redis isn't there or refuses: what was done is then unknown, so call
``reconnected()`` and write the same events again: what is there already is stale, and does no harm.
"""

import json
import pathlib
import re
import time
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Dict, List, Optional, Tuple

SCRIPTS = pathlib.Path(__file__).parent.parent / "src/main/resources/io/reanchor/kit"
EXACT = Context(prec=200)
SYMBOL = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,31}")


def canonical(number) -> str:
    """The one text of a decimal: no exponent, no trailing zero. A level is found by its price's text."""
    text = format(Decimal(str(number)), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


class Names:
    """The names of a symbol's keys."""

    def __init__(self, symbol: str, tagged: bool = False):
        if not SYMBOL.fullmatch(symbol):
            raise ValueError(f"symbol {symbol!r} is not one: expected {SYMBOL.pattern}, as in BTCUSDT")
        s = "{" + symbol + "}" if tagged else symbol
        self.book, self.bars = f"ob:{s}", [f"tr:{s}:1s", f"tr:{s}:5s"]
        self.features, self.meta = f"feat:{s}", f"meta:{s}"
        self.flag, self.hold, self.channel = f"reanchor:{s}", f"reanchor:hold:{s}", f"reanchor:{s}"
        self.diffs, self.trades = f"diff:{s}", f"trades:{s}"


@dataclass(frozen=True)
class Diff:
    """A depth update: ids U..u, event time in ms, levels as (price, quantity), absolute; quantity 0 takes the level away."""

    U: int
    u: int
    E: int
    b: List[Tuple[str, str]]
    a: List[Tuple[str, str]]

    first = property(lambda self: self.U)
    last = property(lambda self: self.u)

    def entry(self) -> Dict[str, str]:
        levels = lambda side: " ".join(canonical(x) for level in side for x in level)
        return {"U": str(self.U), "u": str(self.u), "E": str(self.E), "b": levels(self.b), "a": levels(self.a)}

    @staticmethod
    def of(entry: Dict[str, str]) -> "Diff":
        pairs = lambda text: list(zip(text.split()[::2], text.split()[1::2]))
        return Diff(int(entry["U"]), int(entry["u"]), int(entry["E"]), pairs(entry["b"]), pairs(entry["a"]))


@dataclass(frozen=True)
class Trade:
    """A raw trade; m: whether the buyer is the maker."""

    id: int
    p: str
    q: str
    T: int
    m: bool

    first = property(lambda self: self.id)
    last = property(lambda self: self.id)

    def entry(self) -> Dict[str, str]:
        return {"id": str(self.id), "p": canonical(self.p), "q": canonical(self.q), "T": str(self.T), "m": str(self.m).lower()}

    @staticmethod
    def of(entry: Dict[str, str]) -> "Trade":
        return Trade(int(entry["id"]), entry["p"], entry["q"], int(entry["T"]), entry["m"] == "true")


@dataclass(frozen=True)
class Outcome:
    """How the key stands: APPLIED, STALE, GAP, HELD or ABSENT; its id; what it lacks, as (first id or None, id to reach)."""

    verdict: str
    id: Optional[int]
    missing: Optional[Tuple[Optional[int], int]] = None


class Writer:
    """Append first; apply by the guard; when that can't go on, replay the journal by ids until nothing continues."""

    kind, journal, id_field, in_json = None, "", "", ()

    def __init__(self, client, guard: str, retention_ms: int, strings: Optional[Dict[str, str]]):
        self.redis, self.retention_ms, self.server_ms = client, retention_ms, 0
        self.guard, self.strings = client.register_script((SCRIPTS / guard).read_text()), strings or {}
        self.json = (SCRIPTS / "json.lua").read_text()
        self.in_hand, self.current = -1, False

    def reconnected(self) -> None:
        """The next call looks at the journal: another server may have an earlier state."""
        self.current = False

    def write(self, events) -> Outcome:
        """Events in any order, repeated or not."""
        events = sorted(events, key=lambda e: (e.first, e.last))
        for event in events:
            self.in_hand = max(self.in_hand, event.last)
        for event in events:  # what can't be appended isn't applied
            trim = {"minid": self.server_ms - self.retention_ms, "approximate": True} if self.server_ms else {}
            self.server_ms = int(self.redis.xadd(self.journal, event.entry(), **trim).split("-")[0])
        if self.current and events:
            outcome = self._outcome(*self._apply(events))
            if outcome.verdict in ("APPLIED", "STALE"):
                return outcome
        return self.catch_up()

    def catch_up(self) -> Outcome:
        """To be called now and then while an outcome isn't whole: after a cut-over, when a hold is gone, and in a quiet market."""
        verdict, applied = "STALE", False
        while True:
            at = self._id()
            events = {}
            for _, entry in self.redis.xrange(self.journal):
                try:
                    event = self.kind.of(entry)
                except (KeyError, ValueError):
                    continue  # what can't be read isn't there
                events[(event.first, event.last)] = event
                self.in_hand = max(self.in_hand, event.last)
            if at is None:
                return self._outcome("ABSENT", None)
            following, beyond, end = [], None, at
            for event in sorted(events.values(), key=lambda e: (e.first, e.last)):
                if event.last > end and event.first <= end + 1:
                    following.append(event)
                    end = event.last
                elif event.first > end + 1:
                    beyond = event
                    break
            if not following:
                if beyond is not None:
                    verdict, at = self._apply([beyond])  # marks the key, before anybody reports
                return self._outcome("APPLIED" if applied and verdict == "STALE" else verdict, at)
            verdict, at = self._apply(following)
            if verdict == "HELD":
                return self._outcome(verdict, at)
            applied = True

    def _guarded(self, keys, arguments):
        """The guard, and in the same transaction the strings of the keys it writes."""
        if not self.strings:
            return self.guard(keys=keys, args=arguments)
        with self.redis.pipeline(transaction=True) as pipe:  # a cluster has none, and says so
            self.guard(keys=keys, args=arguments, client=pipe)
            for key, in_json in zip(self._keys(), self.in_json):
                if key in self.strings:
                    pipe.eval(self.json, 2, key, self.strings[key], *in_json)
            return pipe.execute()[0]

    def _outcome(self, verdict: str, at: Optional[int]) -> Outcome:
        reached = at is not None and self.in_hand <= at
        if verdict in ("APPLIED", "STALE") and not reached:
            verdict = "GAP"
        self.current = reached and verdict != "HELD"
        lacks = verdict in ("GAP", "ABSENT") and self.in_hand >= 0
        return Outcome(verdict, at, (None if at is None else at + 1, self.in_hand) if lacks else None)

    def _id(self) -> Optional[int]:
        ids = [self.redis.hget(key, self.id_field) for key in self._keys()]
        return None if None in ids else min(map(int, ids))


class BookWriter(Writer):
    kind, id_field, in_json = Diff, "lastUpdateId", [("book",)]

    def __init__(self, client, symbol: str, tagged: bool = False, retention_ms: int = 600_000, strings: Optional[Dict[str, str]] = None):
        super().__init__(client, "book.lua", retention_ms, strings)
        self.names = Names(symbol, tagged)
        self.journal = self.names.diffs

    def _keys(self):
        return [self.names.book]

    def _apply(self, diffs: List[Diff]):
        arguments = ["", "", "", int(time.time() * 1000)]
        for diff in diffs:
            arguments += [diff.U, diff.u, diff.E, len(diff.b) + len(diff.a)]
            for side, levels in (("b:", diff.b), ("a:", diff.a)):
                for price, quantity in levels:
                    arguments += [side + canonical(price), canonical(quantity)]
        verdict, at, _, _ = self._guarded([self.names.book, self.names.hold], arguments)
        return verdict, int(at) if at else None


class BarsWriter(Writer):
    kind, id_field, in_json = Trade, "lastTradeId", [("bars", 500, 1_000), ("bars", 500, 5_000)]

    def __init__(self, client, symbol: str, tagged: bool = False, retention_ms: int = 600_000, strings: Optional[Dict[str, str]] = None):
        super().__init__(client, "bars.lua", retention_ms, strings)
        self.names = Names(symbol, tagged)
        self.journal = self.names.trades

    def _keys(self):
        return self.names.bars

    def _apply(self, trades: List[Trade]):
        run = [trades[0]]  # as far as the ids have no hole, and each once
        for trade in trades[1:]:
            if trade.id > run[-1].id + 1:
                break
            if trade.id > run[-1].id:
                run.append(trade)
        while True:
            ids, changes = [], []
            for key, length in zip(self.names.bars, (1_000, 5_000)):
                ids.append(self.redis.hget(key, "lastTradeId") or "")
                changes.append(self._changes(key, length, ids[-1], run))
            arguments = ["", "", "", int(time.time() * 1000), run[0].id, run[-1].id, *ids, len(changes[0]) // 3]
            verdict, one, five = self._guarded([*self.names.bars, self.names.hold], arguments + changes[0] + changes[1])
            if verdict != "MOVED":  # else somebody wrote between the look and the script: look again
                return verdict, min(int(one), int(five)) if one and five else None

    def _changes(self, key: str, length: int, at: str, run: List[Trade]) -> List[str]:
        if not at:
            return []
        bars, was = {}, {}
        for trade in run:
            if trade.id <= int(at):
                continue
            start = trade.T // length * length
            if start not in bars:
                was[start] = self.redis.hget(key, start) or ""
                bars[start] = json.loads(was[start], parse_float=str) if was[start] else None
            bars[start] = add(bars[start], trade, start, length)
        return [x for start, bar in bars.items() for x in (str(start), was[start], json.dumps(bar, separators=(",", ":")))]


def add(bar: Optional[dict], trade: Trade, start: int, length: int) -> dict:
    """The bar with the trade in it, exactly. It stays partial: a recovery, or the Java writer, completes it."""
    price, quantity = Decimal(canonical(trade.p)), Decimal(canonical(trade.q))
    quote = EXACT.multiply(price, quantity)
    bought = Decimal(0) if trade.m else Decimal(1)
    if bar is None:
        bar = {"openTime": start, "closeTime": start + length - 1, "open": price, "high": price, "low": price, "volume": 0,
               "quoteVolume": 0, "trades": 0, "takerBuyVolume": 0, "takerBuyQuoteVolume": 0, "firstTradeId": trade.id}
    total = lambda name, more: EXACT.add(Decimal(bar[name]), more)
    volume, turnover = total("volume", quantity), total("quoteVolume", quote)
    vwap = EXACT.divide(turnover, volume).quantize(Decimal("1e-8"), ROUND_HALF_EVEN, EXACT) if volume else price
    return {
        "openTime": bar["openTime"], "closeTime": bar["closeTime"], "open": canonical(bar["open"]),
        "high": canonical(max(Decimal(bar["high"]), price)), "low": canonical(min(Decimal(bar["low"]), price)),
        "close": canonical(price), "volume": canonical(volume), "quoteVolume": canonical(turnover),
        "trades": bar["trades"] + 1, "takerBuyVolume": canonical(total("takerBuyVolume", quantity * bought)),
        "takerBuyQuoteVolume": canonical(total("takerBuyQuoteVolume", EXACT.multiply(quote, bought))),
        "vwap": canonical(vwap), "firstTradeId": bar["firstTradeId"], "lastTradeId": trade.id, "partial": True,
    }


@dataclass
class State:
    """All live keys at one instant; what isn't there is empty."""

    generation: str
    last_update_id: Optional[int]
    bids: Dict[Decimal, Decimal] = field(default_factory=dict)
    asks: Dict[Decimal, Decimal] = field(default_factory=dict)
    bars_1s: Dict[int, dict] = field(default_factory=dict)
    bars_5s: Dict[int, dict] = field(default_factory=dict)
    features: Dict[str, str] = field(default_factory=dict)
    meta: Dict[str, str] = field(default_factory=dict)
    recovering: bool = False
    suspect: bool = False
    one_generation: bool = True


class Reader:
    """Reads all keys at one instant. May be shared between threads, as the client may."""

    def __init__(self, client, symbol: str, tagged: bool = False):
        self.redis, self.names = client, Names(symbol, tagged)
        self.script = client.register_script((SCRIPTS / "read.lua").read_text())

    def generation(self) -> str:
        """Cheap: another one tells that everything changed."""
        return self.redis.hget(self.names.meta, "gen") or ""

    def read(self, bars_ms: Optional[int] = None) -> State:
        """With all bars, or those of this long before the book's event time."""
        n = self.names
        reply = self.script(keys=[n.book, *n.bars, n.features, n.meta, n.flag], args=["" if bars_ms is None else bars_ms])
        book, ones, fives, features, meta = (dict(zip(flat[::2], flat[1::2])) for flat in reply[:5])
        generation = meta.get("gen", book.get("gen", ""))
        side = lambda mark: {Decimal(f[2:]): Decimal(q) for f, q in book.items() if f.startswith(mark)}
        bars = lambda fields: {int(f): json.loads(v) for f, v in fields.items() if f.isdigit()}
        marks = ("suspectFrom", "suspectAt")
        return State(
            generation, int(book["lastUpdateId"]) if "lastUpdateId" in book else None, side("b:"), side("a:"),
            bars(ones), bars(fives), {f: v for f, v in features.items() if f != "gen"}, meta, reply[5] != "",
            any(mark in key for key in (book, ones, fives) for mark in marks),
            all(key.get("gen", "") == generation for key in (book, ones, fives, features, meta) if key),
        )

    def cut_overs(self):
        """Yields each generation as it goes live. A connection that breaks raises: subscribe anew, and compare generation()."""
        with self.redis.pubsub(ignore_subscribe_messages=True) as channel:
            channel.subscribe(self.names.channel)
            for message in channel.listen():
                yield message["data"]
