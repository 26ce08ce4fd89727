package io.reanchor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.market.OrderBook;
import io.reanchor.market.SequenceRule.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

class RecordedMarketTest {

    @Test
    void playsTheRealRecordingToTheBestPricesTheExchangeTold() throws IOException {
        RecordedMarket market =
                RecordedMarket.read(TestData.orSkip(TestAbortedException::new).raw());
        OrderBook book = OrderBook.of(market.snapshot(1000));
        assertThat(book.lastUpdateId()).isEqualTo(50093239218L);
        List<MarketEvent.Ticker> tickers = new ArrayList<>();
        Set<Long> ends = new HashSet<>();
        market.listen(event -> {
            if (event instanceof MarketEvent.Depth depth) {
                assertThat(book.apply(depth.update())).isEqualTo(Verdict.APPLY);
                assertThat(depth.update().eventTime())
                        .isLessThanOrEqualTo(market.now().toEpochMilli());
                ends.add(depth.update().finalUpdateId());
            } else if (event instanceof MarketEvent.Ticker ticker) {
                tickers.add(ticker);
            }
        });
        List<String> digests = new ArrayList<>();
        while (!market.finished()) {
            market.step(Duration.ofMillis(500));
            assertThat(market.trueBook(market.updateId()).digest()).isEqualTo(book.digest());
            digests.add(book.digest());
        }

        assertThat(ends).hasSizeGreaterThan(590);
        assertThat(digests).doesNotHaveDuplicates();
        int compared = 0;
        for (MarketEvent.Ticker ticker : tickers) {
            if (ends.contains(ticker.updateId())) {
                OrderBook then = market.trueBook(ticker.updateId());
                compared++;
                assertThat(then.bids().level(0)).isEqualTo(ticker.bid());
                assertThat(then.asks().level(0)).isEqualTo(ticker.ask());
            }
        }
        assertThat(compared).isGreaterThan(45);
        assertThat(market.trueTrades()).hasSizeGreaterThan(1000);
        assertThat(market.aggregatesSince(0, Long.MAX_VALUE, Integer.MAX_VALUE, 0).stream()
                        .mapToLong(aggregate -> aggregate.trade().count())
                        .sum())
                .isEqualTo(market.trueTrades().size());
    }

    @Test
    void refusesWhatIsNoRecording(@TempDir Path folder) throws IOException {
        Path noSnapshot = Files.writeString(
                folder.resolve("a"),
                "1000000 {\"stream\":\"x@depth@100ms\",\"data\":{\"E\":1,\"s\":\"X\",\"U\":1,\"u\":2,\"b\":[],\"a\":[]}}\n");
        assertThatThrownBy(() -> RecordedMarket.read(noSnapshot)).hasMessageContaining("one REST depth reply");
        Path garbage = Files.writeString(folder.resolve("b"), "what is this\n");
        assertThatThrownBy(() -> RecordedMarket.read(garbage)).hasMessageContaining("line 1");
    }
}
