package io.reanchor.workflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.DefaultDataConverter;

class ReanchorRequestFuzzTest {
    private static final DefaultDataConverter CONVERTER = DefaultDataConverter.newDefaultInstance();

    /** A request comes as JSON from any language: it can't be decoded, isn't valid, or goes there and back. */
    @FuzzTest(maxDuration = "75s")
    void decode(byte[] json) {
        Payload payload = Payload.newBuilder()
                .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
                .setData(ByteString.copyFrom(json))
                .build();
        ReanchorRequest request;
        try {
            request = ReanchorRequest.requireValid(
                    CONVERTER.fromPayload(payload, ReanchorRequest.class, ReanchorRequest.class));
        } catch (DataConverterException undecoded) {
            return; // fails the run, see ReanchorWorkflowImpl.options
        } catch (IllegalArgumentException refused) {
            String message = String.valueOf(refused.getMessage());
            assertTrue(message.length() < 400, "a long message");
            assertTrue(message.codePoints().noneMatch(Character::isISOControl), "a message of several lines");
            return;
        }
        assertTrue(
                ReanchorRequest.isSymbol(request.symbol()) && request.reason().length() <= 500);
        Payload again = CONVERTER.toPayload(request).orElseThrow();
        assertEquals(request, CONVERTER.fromPayload(again, ReanchorRequest.class, ReanchorRequest.class));
    }
}
