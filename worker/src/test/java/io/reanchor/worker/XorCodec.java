package io.reanchor.worker;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.codec.PayloadCodecException;
import java.util.List;

/** Makes payloads unreadable, and readable again; what it hasn't made is left as it is. */
public final class XorCodec implements PayloadCodec {
    static final ByteString ENCODING = ByteString.copyFromUtf8("binary/xor");

    @Override
    public List<Payload> encode(List<Payload> payloads) {
        return payloads.stream()
                .map(payload -> Payload.newBuilder()
                        .putMetadata("encoding", ENCODING)
                        .setData(xor(payload.toByteString()))
                        .build())
                .toList();
    }

    @Override
    public List<Payload> decode(List<Payload> payloads) {
        return payloads.stream().map(XorCodec::decode).toList();
    }

    private static Payload decode(Payload payload) {
        if (!ENCODING.equals(payload.getMetadataOrDefault("encoding", ByteString.EMPTY))) {
            return payload;
        }
        try {
            return Payload.parseFrom(xor(payload.getData()));
        } catch (InvalidProtocolBufferException e) {
            throw new PayloadCodecException(e);
        }
    }

    private static ByteString xor(ByteString bytes) {
        byte[] changed = bytes.toByteArray();
        for (int i = 0; i < changed.length; i++) {
            changed[i] ^= 0x5a;
        }
        return ByteString.copyFrom(changed);
    }
}
