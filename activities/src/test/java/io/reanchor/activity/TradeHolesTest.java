package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.kit.Continuation;
import io.reanchor.market.Trade;
import io.reanchor.workflow.IdSpan;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TradeHolesTest {
    @Test
    void whatNeitherTheSourceNorTheJournalHasIsTold() {
        List<Trade> trades = new ArrayList<>(List.of(trade(20, 22), trade(1, 3), trade(9, 10), trade(11, 11)));
        assertThat(TradeHoles.of(trades)).containsExactly(new IdSpan(4, 8), new IdSpan(12, 19));

        TradeHoles.fill(trades, id -> Optional.of(journal(id, List.of(3L, 4L, 5L, 8L, 9L, 15L, 16L, 21L))));

        assertThat(TradeHoles.of(trades)).containsExactly(new IdSpan(6, 7), new IdSpan(12, 14), new IdSpan(17, 19));
        assertThat(trades).hasSize(4 + 5);
    }

    @Test
    void withoutAJournalAllOfItIsLost() {
        List<Trade> trades = new ArrayList<>(List.of(trade(1, 3), trade(9, 10)));
        TradeHoles.fill(trades, id -> Optional.empty());
        assertThat(TradeHoles.of(trades)).containsExactly(new IdSpan(4, 8));
        assertThat(TradeHoles.of(List.of())).isEmpty();
    }

    @Test
    void onlySoManyAreTold() {
        List<Trade> trades =
                LongStream.range(0, 100).mapToObj(i -> trade(2 * i, 2 * i)).toList();
        assertThat(TradeHoles.of(trades)).hasSize(TradeHoles.MOST).contains(new IdSpan(1, 1));
    }

    private static Continuation<Trade> journal(long after, List<Long> has) {
        List<Trade> continuing = new ArrayList<>();
        long end = after;
        while (has.contains(end + 1)) {
            end++;
            continuing.add(trade(end, end));
        }
        long last = end;
        Long next = has.stream().filter(id -> id > last).findFirst().orElse(null);
        return new Continuation<>(after, continuing, end, next == null ? null : trade(next, next), next, 21L, null);
    }

    private static Trade trade(long first, long last) {
        return new Trade(first, last, new BigDecimal("100"), BigDecimal.ONE, 1_700_000_000_000L, false);
    }
}
