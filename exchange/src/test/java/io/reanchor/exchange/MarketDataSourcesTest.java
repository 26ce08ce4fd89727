package io.reanchor.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reanchor.exchange.MarketDataException.Type;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class MarketDataSourcesTest {
    private static final MarketDataException AWAY =
            MarketDataException.passing(Type.SOURCE_UNAVAILABLE, "ingestor is away", null);
    private static final MarketDataException UNKNOWN =
            MarketDataException.lasting(Type.UNKNOWN_SYMBOL, "never heard of it", null);

    private static MarketDataException limited(int seconds) {
        return MarketDataException.rateLimited(Duration.ofSeconds(seconds), "wait " + seconds);
    }

    private static MarketDataSources sources(MarketDataException... failures) {
        return new MarketDataSources(Stream.iterate(0, i -> i + 1)
                .limit(failures.length)
                .map(i -> new FakeSource("s" + i, failures[i]))
                .toList());
    }

    private static MarketDataException failure(MarketDataSources sources) {
        return catchThrowableOfType(
                MarketDataException.class, () -> sources.ask(source -> source.depth("BTCUSDT", 100)));
    }

    @Test
    void theFirstAnswersAndTheOthersAreLeftAlone() throws Exception {
        FakeSource second = new FakeSource("exchange", null);
        MarketDataSources sources = new MarketDataSources(List.of(new FakeSource("ingestor", null), second));
        assertThat(sources.ask(source -> source.depth("BTCUSDT", 100)).source()).isEqualTo("ingestor");
        assertThat(second.asked).isEmpty();
        assertThat(sources.names()).containsExactly("ingestor", "exchange");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NOT_TRADING")
    void theNextIsAskedWhenOneFails(Type type) throws Exception {
        FakeSource failing = new FakeSource("ingestor", MarketDataException.lasting(type, "no", null));
        MarketDataSources sources = new MarketDataSources(List.of(failing, new FakeSource("exchange", null)));
        assertThat(sources.ask(source -> source.depth("BTCUSDT", 100)).source()).isEqualTo("exchange");
        assertThat(failing.asked).hasSize(1);
    }

    @Test
    void aSymbolThatIsntTradingIsntTradingElsewhere() {
        FakeSource next = new FakeSource("exchange", null);
        MarketDataException halted = MarketDataException.lasting(Type.NOT_TRADING, "halted", null);
        assertThat(failure(new MarketDataSources(List.of(new FakeSource("ingestor", halted), next))))
                .isSameAs(halted);
        assertThat(next.asked).isEmpty();
    }

    @Test
    void allFailuresAreTold() {
        MarketDataException failure = failure(sources(AWAY, UNKNOWN));
        assertThat(failure)
                .hasMessage(
                        "none of 2 sources answered: SourceUnavailable: ingestor is away | UnknownSymbol: never heard of it");
        assertThat(failure.type()).isEqualTo(Type.SOURCE_UNAVAILABLE);
        assertThat(failure.retryable()).isTrue();
        assertThat(failure.getSuppressed()).containsExactly(UNKNOWN);
    }

    @Test
    void theAdviceIsTheOneThatPromisesTheEarliestSuccess() {
        MarketDataException limited = failure(sources(limited(60), limited(7), UNKNOWN));
        assertThat(limited.type()).isEqualTo(Type.RATE_LIMITED);
        assertThat(limited.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        MarketDataException away = failure(sources(limited(60), AWAY));
        assertThat(away.type()).isEqualTo(Type.SOURCE_UNAVAILABLE);
        assertThat(away.retryAfter()).isNull();
        MarketDataException lasting = failure(sources(UNKNOWN, UNKNOWN));
        assertThat(lasting.type()).isEqualTo(Type.UNKNOWN_SYMBOL);
        assertThat(lasting.retryable()).isFalse();
    }

    @Test
    void anInterruptIsNoReasonToAskTheNext() {
        FakeSource next = new FakeSource("exchange", null);
        MarketDataSources sources = new MarketDataSources(List.of(new FakeSource("ingestor", null), next));
        assertThatThrownBy(() -> sources.ask(source -> {
                    throw new InterruptedException();
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(next.asked).isEmpty();
    }

    @Test
    void refusesNoSourceAndTwoOfOneName() {
        assertThatThrownBy(() -> new MarketDataSources(List.of())).hasMessageContaining("at least one");
        FakeSource one = new FakeSource("a", null);
        assertThatThrownBy(() -> new MarketDataSources(List.of(one, one))).hasMessageContaining("[a, a]");
    }

    @Test
    void typesHaveTheNamesThatCallersKnow() {
        assertThat(Stream.of(Type.values()).map(Type::text))
                .containsExactly("RateLimited", "SourceUnavailable", "UnknownSymbol", "NotTrading", "MalformedReply");
    }
}
