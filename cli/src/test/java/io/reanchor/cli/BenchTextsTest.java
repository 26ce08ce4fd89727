package io.reanchor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reanchor.demo.GapBench;
import io.reanchor.demo.RecoveryBench;
import io.reanchor.demo.bench.CutOverBench;
import io.reanchor.demo.bench.MassBench;
import io.reanchor.demo.bench.ReadersBench;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each bench says of its findings, for people and for programs: the figures of a run, which takes minutes, are given here. */
class BenchTextsTest {
    private static JsonNode json(Object result) throws Exception {
        return new ObjectMapper().readTree(Json.of(result));
    }

    @Test
    void readers() throws Exception {
        var with = new ReadersBench.Times(0.5, 1.25, 2.4, 9);
        var without = new ReadersBench.Times(0.5, 1.2, 2, 8);
        List<ReadersBench.Result> results =
                List.of(new ReadersBench.Result(1000, 900, 7, with, without, 1.2, 175, 0, 1, 2));

        assertThat(BenchTexts.ofReaders(results)).isEqualTo("""
                        1000 levels a side, 900 reads a second, 7 windows of each kind, 175 cut-overs: 0 torn, 1 missing, 2 stale
                          with cut-overs  p50   0.500   p99   1.250   p99.9   2.400   max   9.000 ms
                          without         p50   0.500   p99   1.200   p99.9   2.000   max   8.000 ms
                          p99.9 with, to without: 1.20, median of pairs
                        """);
        assertThat(json(results).at("/0/with/p999").doubleValue()).isEqualTo(2.4);
        assertThat(json(results).at("/0/missing").intValue()).isOne();
    }

    @Test
    void recovery() throws Exception {
        Map<String, Double> stages = new LinkedHashMap<>(Map.of("SWAPPING", 21.6));
        var result = new RecoveryBench.Result(40, 150.26, 100, 1.5026, stages, 2.2, 7.7);

        assertThat(BenchTexts.of(result)).isEqualTo("""
                        a recovery takes 1.50 x the same workflow with empty steps, medians of 40
                          recovery    150.3 ms from the report to the end of its workflow
                          empty       100.0 ms, in turns with it
                          behind        2.2 ms, the book at the swap; 7.7 at most
                          SWAPPING               22 ms
                        """);
        assertThat(json(result).at("/stages/SWAPPING").doubleValue()).isEqualTo(21.6);
    }

    @Test
    void gaps() throws Exception {
        List<GapBench.Result> results =
                List.of(new GapBench.Result("events dropped silently", 10, 0, 0.002, 0.31, 0.4, 0.38, 0.45, 3));

        assertThat(BenchTexts.ofGaps(results).lines().skip(1))
                .singleElement()
                .asString()
                .containsPattern("events dropped silently +10 +0.000 +0.002 +0.310 / 0.400 +0.380 / 0.450 +3");
        assertThat(json(results).at("/0/trueMedian").doubleValue()).isEqualTo(0.38);
    }

    @Test
    void mass() throws Exception {
        var result = new MassBench.Result(
                200,
                199,
                1,
                0,
                15_800,
                6000,
                Duration.ofSeconds(6),
                0,
                Duration.ofMillis(16_500),
                Duration.ofMillis(15_000),
                Duration.ofMillis(12_000),
                List.of());

        assertThat(BenchTexts.of(result)).isEqualTo("""
                        200 symbols at once: 199 committed, 1 rolled back, 0 others; 0 requests over the budget
                          weight    15800 of 6000 a minute of 6 s
                          took      16.50 s to the last cut-over
                          budget    15.00 s at its pace: 1.10 x; nobody could end before 12.00 s
                        """);
        assertThat(json(result).get("rolledBack").intValue()).isOne();
    }

    @Test
    void cutOvers() throws Exception {
        List<CutOverBench.Result> results = List.of(
                new CutOverBench.Result(100, 40, 50, 40, 1.25, 30, 80, 200),
                new CutOverBench.Result(100_000, 40, 55, 44, 1.25, 45, 100, 210));

        assertThat(BenchTexts.ofCutOvers(results).lines())
                .contains(
                        "   100,000       55           44    1.25       45      100        210",
                        "total, largest to smallest: 1.25");
        assertThat(json(results).at("/1/leastExec").intValue()).isEqualTo(44);
    }
}
