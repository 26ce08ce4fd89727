"""Against a real Redis: REDIS_URL names it. Everything in it is deleted."""

import json
import os
import random
import unittest
from decimal import Decimal

import redis

from reanchor_kit import BarsWriter, BookWriter, Diff, Names, Reader, Trade, canonical

S = Names("BTCUSDT")


def diff(first, last=None, price="100", quantity=None):
    last = last or first
    return Diff(first, last, 1000 + last, [(price, str(quantity if quantity is not None else last))], [])


class OnRedis(unittest.TestCase):
    def setUp(self):
        self.redis = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
        self.redis.flushall()
        self.redis.hset(S.book, mapping={"lastUpdateId": 0, "gen": "1-a.1"})
        for key in S.bars:
            self.redis.hset(key, mapping={"lastTradeId": 0, "gen": "1-a.1"})

    def tearDown(self):
        self.redis.close()


class BookTest(OnRedis):
    def test_applies_and_journals(self):
        writer = BookWriter(self.redis, "BTCUSDT")
        outcome = writer.write([diff(1), diff(2, 4, "100.50", "0.10"), diff(5, None, "100", "0")])
        self.assertEqual(("APPLIED", 5, None), (outcome.verdict, outcome.id, outcome.missing))
        state = Reader(self.redis, "BTCUSDT").read()
        self.assertEqual({Decimal("100.5"): Decimal("0.1")}, state.bids)
        self.assertEqual(["b:100.5"], [f for f in self.redis.hkeys(S.book) if f.startswith("b:")])
        self.assertEqual(3, self.redis.xlen(S.diffs))

    def test_gap_is_marked_reported_and_closed_by_a_cut_over(self):
        writer = BookWriter(self.redis, "BTCUSDT")
        writer.write([diff(1)])
        self.assertEqual((2, 6), writer.write([diff(4, 6)]).missing)
        self.assertTrue(Reader(self.redis, "BTCUSDT").read().suspect)
        self.assertEqual((2, 6), writer.catch_up().missing, "said again")
        self.redis.hset(S.book, mapping={"lastUpdateId": 5, "gen": "2-b.1"})  # inside 4..6
        outcome = writer.catch_up()
        self.assertEqual(("APPLIED", 6), (outcome.verdict, outcome.id))
        self.assertFalse(Reader(self.redis, "BTCUSDT").read().suspect)

    def test_strings_follow_in_the_same_transaction(self):
        strings = {key: "json:" + key for key in [S.book, *S.bars]}
        for update in (1, 2):
            self.redis.script_flush()
            BookWriter(self.redis, "BTCUSDT", strings=strings).write([diff(update)])
            book = json.loads(self.redis.get("json:" + S.book))
            self.assertEqual((update, [["100", str(update)]]), (book["lastUpdateId"], book["bids"]))
        BookWriter(self.redis, "BTCUSDT", strings=strings).write([diff(5)])
        self.assertEqual(3, json.loads(self.redis.get("json:" + S.book))["suspectFrom"])
        BarsWriter(self.redis, "BTCUSDT", strings=strings).write([Trade(1, "100", "2", 1700000000000, False)])
        for key in S.bars:
            self.assertEqual(["2"], [bar["volume"] for bar in json.loads(self.redis.get("json:" + key))["bars"]])

    def test_hold_restart_and_absence(self):
        writer = BookWriter(self.redis, "BTCUSDT")
        self.redis.set(S.hold, "x")
        self.assertEqual("HELD", writer.write([diff(1)]).verdict)
        self.redis.delete(S.hold)
        self.assertEqual(1, BookWriter(self.redis, "BTCUSDT").catch_up().id, "another goes on with it")
        self.redis.delete(S.book)
        self.assertEqual((None, 2), writer.write([diff(2)]).missing)
        self.assertFalse(self.redis.exists(S.book))

    def test_two_writers_with_losses_and_disorder(self):
        chance = random.Random(7)
        levels, truth = {}, {0: {}}
        feed = []
        for id in range(1, 150):
            price, quantity = f"10{chance.randrange(9)}", chance.choice(["0", "1.50", "2"])
            feed.append(diff(id, None, price, quantity))
            levels.pop(Decimal(price), None)
            if quantity != "0":
                levels[Decimal(price)] = Decimal(quantity)
            truth[id] = dict(levels)
        writers = [BookWriter(self.redis, "BTCUSDT"), BookWriter(self.redis, "BTCUSDT")]
        reader, at, seen = Reader(self.redis, "BTCUSDT"), [0, 0], 0
        while min(at) < len(feed):
            who = chance.randrange(2)
            heard = [d for d in feed[at[who]:at[who] + 4] if chance.random() > 0.1]
            at[who] += 4
            chance.shuffle(heard)
            writers[who].write(heard * chance.choice([1, 2]))
            state = reader.read()
            self.assertGreaterEqual(state.last_update_id, seen)
            seen = state.last_update_id
            self.assertEqual(truth[seen], state.bids)
        self.assertGreater(seen, 10)
        outcome = writers[0].write(feed)  # all of it at last
        self.assertEqual((len(feed), None), (outcome.id, outcome.missing))
        self.assertEqual(truth[len(feed)], reader.read().bids)


class BarsTest(OnRedis):
    def test_each_trade_once_exactly(self):
        writer = BarsWriter(self.redis, "BTCUSDT")
        trades = [Trade(i, f"0.{i}", "0.1", 700 * i, i % 2 == 0) for i in range(1, 30)]
        for trade in trades:
            writer.write([trade, trade])
        self.assertEqual("STALE", BarsWriter(self.redis, "BTCUSDT").write(trades[3:]).verdict)
        state = Reader(self.redis, "BTCUSDT").read()
        for bars in (state.bars_1s, state.bars_5s):
            self.assertEqual(len(trades), sum(bar["trades"] for bar in bars.values()))
            self.assertEqual(Decimal("2.9"), sum(Decimal(bar["volume"]) for bar in bars.values()))
            self.assertEqual(
                sum(Decimal(t.p) * Decimal("0.1") for t in trades if not t.m),
                sum(Decimal(bar["takerBuyQuoteVolume"]) for bar in bars.values()))
            self.assertEqual("0.29", bars[max(bars)]["close"])
        self.assertEqual(list(range(0, 21_000, 5_000)), sorted(state.bars_5s))

    def test_gap_and_keys_at_different_ids(self):
        writer = BarsWriter(self.redis, "BTCUSDT")
        trades = [Trade(i, "2", "3", 1000 * i, False) for i in range(1, 6)]
        writer.write(trades[:3])
        self.redis.hset(S.bars[1], "lastTradeId", 1)  # damaged: as if 2 and 3 weren't in it
        self.redis.hdel(S.bars[1], "0", "5000")
        outcome = BarsWriter(self.redis, "BTCUSDT").write(trades[3:4])
        self.assertEqual(("APPLIED", 4), (outcome.verdict, outcome.id))
        state = Reader(self.redis, "BTCUSDT").read()
        self.assertEqual(4, sum(bar["trades"] for bar in state.bars_1s.values()))
        self.assertEqual(3, sum(bar["trades"] for bar in state.bars_5s.values()))
        self.assertEqual((5, 9), writer.write([Trade(9, "2", "3", 9000, False)]).missing)
        self.assertEqual("5", self.redis.hget(S.bars[0], "suspectFrom"))


class ReaderTest(OnRedis):
    def test_generation_flag_and_notices(self):
        reader = Reader(self.redis, "BTCUSDT")
        self.assertEqual("", reader.generation())
        self.redis.hset(S.meta, "gen", "1-a.1")
        self.redis.hset(S.features, mapping={"gen": "1-a.1", "mid": "99"})
        self.redis.set(S.flag, "a.1")
        state = reader.read(5_000)
        self.assertEqual(("1-a.1", True, True), (state.generation, state.recovering, state.one_generation))
        self.redis.hset(S.features, "gen", "0-a.1")
        self.assertFalse(reader.read().one_generation)
        with self.redis.pubsub(ignore_subscribe_messages=True) as other:
            notices = reader.cut_overs()
            other.subscribe(S.channel)
            while self.redis.pubsub_numsub(S.channel)[0][1] < 1:
                pass
            import threading
            threading.Thread(target=self._publish, args=("2-b.1",)).start()
            self.assertEqual("2-b.1", next(notices))
            notices.close()

    def _publish(self, generation):
        with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
            while client.publish(S.channel, generation) < 2:
                pass

    def test_canonical(self):
        self.assertEqual(["61837.63", "0", "7", "0.00000001", "100"], [canonical(x) for x in ("61837.63000000", "0.0", "7.0", "1e-8", "1e2")])

    def test_names(self):
        self.assertEqual("tr:{BTCUSDT}:1s", Names("BTCUSDT", tagged=True).bars[0])
        for symbol in ("", "btc", "{X}", "A:B"):
            self.assertRaises(ValueError, Names, symbol)


if __name__ == "__main__":
    unittest.main()
