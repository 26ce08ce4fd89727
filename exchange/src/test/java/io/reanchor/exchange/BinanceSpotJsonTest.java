package io.reanchor.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.market.DepthSnapshot;
import io.reanchor.market.DepthUpdate;
import io.reanchor.market.PackedDecimal;
import io.reanchor.market.PriceLevel;
import io.reanchor.market.PriceLevels;
import io.reanchor.market.Trade;
import io.reanchor.testkit.TestData;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.TestAbortedException;

class BinanceSpotJsonTest {
    private static final String DEPTH =
            "{\"e\":\"depthUpdate\",\"E\":7,\"s\":\"BTCUSDT\",\"U\":3,\"u\":5,\"b\":[[\"100.50000000\",\"0.00000000\"],[\"100.10000000\",\"2.00100000\"]],\"a\":[[\"101.00000000\",\"1.00000000\"]]}";
    private static final String TRADE =
            "{\"e\":\"trade\",\"E\":7,\"s\":\"BTCUSDT\",\"t\":9,\"p\":\"100.50000000\",\"q\":\"0.02000000\",\"T\":6,\"m\":true,\"M\":true}";
    private static final String TICKER =
            "{\"u\":5,\"s\":\"BTCUSDT\",\"b\":\"100.10000000\",\"B\":\"2.00000000\",\"a\":\"101.00000000\",\"A\":\"1.50000000\"}";
    private static final String SNAPSHOT =
            "{\"lastUpdateId\":4,\"bids\":[[\"100.10000000\",\"2.00000000\"]],\"asks\":[[\"101.00000000\",\"1.00000000\"]]}";

    @Test
    void readsTheFourShapesRawAndWrapped() {
        DepthUpdate update = new DepthUpdate(
                3,
                5,
                7,
                PriceLevels.of(List.of(level("100.5", "0"), level("100.1", "2.001"))),
                PriceLevels.of(List.of(level("101", "1"))));
        Trade trade = new Trade(9, 9, new BigDecimal("100.5"), new BigDecimal("0.02"), 6, true);
        BookTicker ticker = new BookTicker(5, packed("100.1"), packed("2"), packed("101"), packed("1.5"));
        DepthSnapshot snapshot = new DepthSnapshot(
                4, PriceLevels.of(List.of(level("100.1", "2"))), PriceLevels.of(List.of(level("101", "1"))));
        assertThat(scanned(DEPTH)).containsExactly("BTCUSDT", update);
        assertThat(scanned(wrapped(DEPTH))).containsExactly("BTCUSDT", update);
        assertThat(scanned(TRADE)).containsExactly("BTCUSDT", trade);
        assertThat(scanned(wrapped(TRADE.replace("true,", "false,"))))
                .contains(new Trade(9, 9, trade.price(), trade.quantity(), 6, false));
        assertThat(scanned(TICKER)).containsExactly("BTCUSDT", ticker);
        assertThat(scanned(wrapped(TICKER))).containsExactly("BTCUSDT", ticker);
        assertThat(scanned(SNAPSHOT)).containsExactly(snapshot);
        assertThat(scanned(DEPTH.replaceAll("\\[\\[.*?]]", "[]")))
                .containsExactly("BTCUSDT", new DepthUpdate(3, 5, 7, PriceLevels.EMPTY, PriceLevels.EMPTY));
        for (String event : List.of(DEPTH, TRADE, TICKER, SNAPSHOT, wrapped(DEPTH), wrapped(SNAPSHOT))) {
            assertThat(slow(event)).isEqualTo(scanned(event));
        }
    }

    @Test
    void readsOtherOrdersSpacesAndUnknownFields() {
        String shuffled =
                " { \"M\" : true, \"q\":\"0.02\", \"p\":\"100.5\", \"x\":{\"y\":[1,2]}, \"T\":6, \"m\":true,\"t\":9,\"s\":\"BTCUSDT\",\"e\":\"trade\" } ";
        assertThat(new EventScanner().scan(shuffled.getBytes(UTF_8), 0, shuffled.length(), new Collector()))
                .isFalse();
        assertThat(read(shuffled)).isEqualTo(read(TRADE));
        assertThat(read("{\"data\":" + TICKER + ",\"stream\":\"x\"}")).isEqualTo(read(TICKER));
        assertThat(read("{\"result\":null,\"id\":1}")).containsExactly("other");
        assertThat(read("{\"e\":\"kline\",\"k\":{},\"b\":5}")).containsExactly("other");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "depth | \"U\":3 | \"U\":6 | /U to be U to be at most u",
                "depth | \"u\":5 | \"u\":-5 | /u to be a whole number",
                "depth | \"u\":5 | \"u\":5.5 | /u to be a whole number",
                "depth | \"u\":5 | \"u\":99999999999999999999 | /u to be a whole number",
                "depth | \"u\":5 | \"u\":9007199254740992 | /u to be a whole number from 0 to 9007199254740991",
                "depth | \"E\":7 | \"E\":100000000000000 | /E to be epoch milliseconds",
                "trade | \"T\":6 | \"T\":1723161255342000 | /T to be epoch milliseconds",
                "depth | \"u\":5 | \"u\":\"5\" | /u to be a whole number",
                "depth | \"U\":3, | `` | /U to be a whole number from 0 to 9007199254740991, got nothing",
                "depth | \"100.10000000\" | \"-1\" | /b/1/0 to be a decimal from 0 up",
                "depth | \"100.10000000\" | \"0.0\" | /b/1/0 to be a price above 0",
                "depth | \"100.10000000\" | \"1e2\" | /b/1/0 to be a plain decimal",
                "depth | \"100.10000000\" | \"NaN\" | /b/1/0 to be a plain decimal",
                "depth | \"100.10000000\" | \"123456789012345678901\" | /b/1/0 to be a plain decimal of at most 17 digits",
                "depth | \"100.10000000\" | 100.1 | /b/1/0 to be a decimal from 0 up as text",
                "depth | \"2.00100000\" | \"2\",\"3\" | /b/1 to be [price, quantity]",
                "depth | \"a\":[[\"101.00000000\",\"1.00000000\"]] | \"a\":{} | /a to be an array of levels",
                "depth | BTCUSDT | ob:{x}* | /s to be a symbol",
                "depth | ]} | ] | expected JSON",
                "depth | \"E\":7 | \"E\":7,\"E\":8 | expected JSON",
                "trade | \"m\":true | \"m\":1 | /m to be true or false",
                "trade | \"0.02000000\" | \"0\" | /q to be a decimal above 0",
                "trade | \"T\":6, | `` | /T to be a whole number from 0 to 9007199254740991, got nothing",
                "ticker | \"101.00000000\" | null | /a to be a decimal from 0 up",
                "snapshot | \"lastUpdateId\":4 | \"lastUpdateId\":true | /lastUpdateId to be a whole number",
                "snapshot | ,\"asks\" | ,\"masks\" | /asks to be an array of levels, got nothing",
            })
    void saysWhatIsWrongAndWhere(String shape, String good, String bad, String message) {
        String event = switch (shape) {
            case "depth" -> DEPTH;
            case "trade" -> TRADE;
            case "ticker" -> TICKER;
            default -> SNAPSHOT;
        };
        String broken = event.replace(good, bad);
        assertThat(broken).isNotEqualTo(event);
        assertThatThrownBy(() -> read(broken))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("at byte");
    }

    @Test
    void positionsAreBytesOfTheEvent() {
        String broken = wrapped(DEPTH.replace("\"2.00100000\"", "\"-2\""));
        byte[] padded = ("    " + broken).getBytes(UTF_8);
        assertThatThrownBy(() -> new BinanceSpotJson().read(padded, 4, padded.length, new Collector()))
                .isInstanceOfSatisfying(
                        MalformedEventException.class,
                        e -> assertThat(e.position()).isEqualTo(broken.indexOf("\"-2\"")));
    }

    @Test
    void survivesHugeAndDeepInput() {
        assertMalformed("[".repeat(100_000));
        assertMalformed("{\"e\":".repeat(100_000));
        assertMalformed(wrapped(DEPTH).replace("btcusdt@x", "x".repeat(5_000)));
        assertMalformed("{\"e\":\"" + "x".repeat(1_000_000) + "\"}");
        assertMalformed(DEPTH.replace("100.10000000", "1".repeat(100_000)));
        assertMalformed(DEPTH.replace("100.10000000", "100."));
        assertMalformed(DEPTH.replace("100.10000000", ".5"));
        assertMalformed("");
        assertMalformed("\u0000");
        assertMalformed("[]");
        assertMalformed(DEPTH + "x");
        assertMalformed(DEPTH + DEPTH);
    }

    @Test
    void bothReadersAgreeOnTheWholeRecording() throws IOException {
        TestData data = TestData.orSkip(TestAbortedException::new);
        Recording recording = Recording.load(data.raw());
        EventScanner scanner = new EventScanner();
        for (int i = 0; i < recording.size(); i++) {
            recording.line(i, (nanos, bytes, from, to) -> {
                Collector quick = new Collector();
                assertThat(scanner.scan(bytes, from, to, quick)).as("scanned").isTrue();
                Collector careful = new Collector();
                EventReader.read(bytes, from, to, careful);
                assertThat(quick.seen).isEqualTo(careful.seen);
            });
        }
        assertThat(recording.size()).isEqualTo(599 + 1381 + 5360 + 1);
    }

    @Test
    void theScannerNeverAcceptsWhatTheReaderReadsDifferently() {
        Random random = new Random(8);
        EventScanner scanner = new EventScanner();
        List<String> shapes = List.of(DEPTH, TRADE, TICKER, SNAPSHOT, wrapped(DEPTH), wrapped(TRADE), wrapped(TICKER));
        int accepted = 0;
        for (int i = 0; i < 60_000; i++) {
            byte[] event = mutated(shapes.get(random.nextInt(shapes.size())), random);
            Collector quick = new Collector();
            if (scanner.scan(event, 0, event.length, quick)) {
                accepted++;
                Collector careful = new Collector();
                String text = new String(event, StandardCharsets.ISO_8859_1);
                assertThat(careful).satisfies(c -> EventReader.read(event, 0, event.length, c));
                assertThat(quick.seen).as(text).isEqualTo(careful.seen);
            } else {
                assertThat(quick.seen).isEmpty();
                assertEitherEventOrRefusal(event);
            }
        }
        assertThat(accepted).isGreaterThan(2_000);
    }

    private static void assertEitherEventOrRefusal(byte[] event) {
        Collector careful = new Collector();
        try {
            EventReader.read(event, 0, event.length, careful);
            assertThat(careful.seen).isNotEmpty();
        } catch (MalformedEventException refused) {
            assertThat(careful.seen).isEmpty();
            assertThat(refused.position()).isBetween(0L, (long) event.length + 1);
        }
    }

    private static byte[] mutated(String shape, Random random) {
        StringBuilder text = new StringBuilder(shape);
        String alphabet = "0123456789.-\"{}[],:eEuUsbBaAtTpqmM \\truefalsn\u00e9\n";
        for (int n = 1 + random.nextInt(3); n > 0 && !text.isEmpty(); n--) {
            int at = random.nextInt(text.length());
            char c = alphabet.charAt(random.nextInt(alphabet.length()));
            switch (random.nextInt(5)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, c);
                case 2 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(30))));
                case 3 -> text.setLength(Math.max(1, random.nextInt(20) == 0 ? at : text.length()));
                default ->
                    text.setCharAt(at, Character.isDigit(text.charAt(at)) ? (char) ('0' + random.nextInt(10)) : c);
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void assertMalformed(String event) {
        assertThatThrownBy(() -> read(event))
                .isInstanceOf(MalformedEventException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }

    private static List<Object> read(String event) {
        Collector collector = new Collector();
        new BinanceSpotJson().read(event.getBytes(UTF_8), collector);
        return collector.seen;
    }

    private static List<Object> scanned(String event) {
        Collector collector = new Collector();
        byte[] bytes = event.getBytes(UTF_8);
        assertThat(new EventScanner().scan(bytes, 0, bytes.length, collector))
                .as(event)
                .isTrue();
        return collector.seen;
    }

    private static List<Object> slow(String event) {
        Collector collector = new Collector();
        byte[] bytes = event.getBytes(UTF_8);
        EventReader.read(bytes, 0, bytes.length, collector);
        return collector.seen;
    }

    private static String wrapped(String event) {
        return "{\"stream\":\"btcusdt@x@100ms\",\"data\":" + event + "}";
    }

    private static PriceLevel level(String price, String quantity) {
        return new PriceLevel(new BigDecimal(price), new BigDecimal(quantity));
    }

    private static long packed(String text) {
        return PackedDecimal.parse(text);
    }

    private static final class Collector implements MarketEvents {
        private final List<Object> seen = new ArrayList<>();

        @Override
        public void depthUpdate(String symbol, DepthUpdate update) {
            seen.add(symbol);
            seen.add(update);
        }

        @Override
        public void trade(String symbol, Trade trade) {
            seen.add(symbol);
            seen.add(trade);
        }

        @Override
        public void bookTicker(String symbol, BookTicker ticker) {
            seen.add(symbol);
            seen.add(ticker);
        }

        @Override
        public void depthSnapshot(DepthSnapshot snapshot) {
            seen.add(snapshot);
        }

        @Override
        public void other() {
            seen.add("other");
        }
    }
}
