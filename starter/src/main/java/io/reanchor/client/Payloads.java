package io.reanchor.client;

import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.payload.codec.PayloadCodec;
import java.util.List;
import java.util.ServiceLoader;

/**
 * How payloads get into the history and out of it. Whoever wants them encrypted puts a jar on the class path that declares a
 * {@link PayloadCodec} under {@code META-INF/services}: client, command and worker find it alike.
 */
public final class Payloads {
    private Payloads() {}

    /**
     * The SDK's own converter, behind the codec that the class path offers. Failures' messages and details pass it too.
     *
     * @throws java.util.ServiceConfigurationError when one is declared that can't be made; nothing is sent without it
     * @throws IllegalStateException when there are several: their order would be anybody's guess
     */
    public static DataConverter converter() {
        List<PayloadCodec> codecs = ServiceLoader.load(PayloadCodec.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        if (codecs.size() > 1) {
            throw new IllegalStateException(
                    "%d payload codecs are on the class path (%s): keep one; one may call the others in its order"
                            .formatted(
                                    codecs.size(),
                                    codecs.stream()
                                            .map(c -> c.getClass().getName())
                                            .toList()));
        }
        DataConverter plain = DefaultDataConverter.newDefaultInstance();
        return codecs.isEmpty() ? plain : new CodecDataConverter(plain, codecs, true);
    }
}
