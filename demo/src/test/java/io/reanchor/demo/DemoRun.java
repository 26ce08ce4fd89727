package io.reanchor.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A run of the demo that has ended. */
record DemoRun(int exitCode, String out, String err) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static DemoRun of(DemoOptions options, Interference interference) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Demo.run(
                options,
                interference,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new DemoRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Nothing but one JSON object stands on standard output. */
    JsonNode json() throws IOException {
        List<JsonNode> all =
                JSON.readerFor(JsonNode.class).<JsonNode>readValues(out).readAll();
        assertThat(all).as(out + err).hasSize(1);
        return all.get(0);
    }

    /** Every promise was kept, and it shows. */
    void requireHeld() throws IOException {
        JsonNode result = json();
        assertThat(exitCode).as(err).isEqualTo(Demo.HELD);
        assertThat(result.get("held").booleanValue()).isTrue();
        JsonNode lost = result.get("lostMessages");
        assertThat(lost.get("updateIdsMissing").longValue()).isPositive();
        assertThat(lost.get("before").get("wrong").intValue()).isPositive();
        assertThat(lost.get("ifAppliedRegardless").get("wrong").intValue()).isPositive();
        assertThat(lost.get("levelsCompared").longValue()).isGreaterThan(10_000);
        assertThat(lost.get("levelsWrongAfter").longValue()).isZero();
        assertThat(lost.get("barsCompared").longValue()).isPositive();
        assertThat(lost.get("barsWrongAfter").longValue()).isZero();
        assertThat(lost.get("generation").textValue()).startsWith("2-");
        assertThat(lost.get("readsDuring").get("reads").longValue()).isPositive();
        JsonNode crossed = result.get("crossedBook");
        assertThat(crossed.get("refusedBy")).extracting(JsonNode::textValue).contains("UNCROSSED");
        assertThat(crossed.get("digestAfter")).isEqualTo(crossed.get("digestBefore"));
        JsonNode hand = result.get("operatorsHand");
        assertThat(hand.get("carried").booleanValue()).isTrue();
        assertThat(hand.get("looked").longValue()).isPositive();
        assertThat(hand.get("wrong").longValue()).isZero();
        assertThat(err).contains("Act 2", "UNCROSSED refused it", "Act 3", "Approved", "promises held");
    }
}
