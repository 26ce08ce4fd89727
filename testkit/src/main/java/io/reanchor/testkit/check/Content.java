package io.reanchor.testkit.check;

import io.reanchor.testkit.RespClient;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a hash holds, out of raw replies. */
final class Content {
    private static final Set<String> BOOKKEEPING = Set.of(
            "owner",
            "seq",
            "gen",
            "lastUpdateId",
            "eventTime",
            "lastTradeId",
            "suspectFrom",
            "suspectAt",
            "asOfUpdateId",
            "asOfTradeId",
            "asOf",
            "schema",
            "ofBook",
            "ofBars1s",
            "ofBars5s");

    /** What a receipt learns after its cut-over: where live was followed to, and that replicas were waited for. */
    private static final Set<String> AFTERWARDS =
            Set.of("followedUpdateId", "followedTradeId", "behindMs", "confirmedAt");

    private Content() {}

    /** Fields and values of an HGETALL reply, by name. */
    static Map<String, String> fields(@Nullable Object reply) {
        Map<String, String> fields = new TreeMap<>();
        if (reply instanceof List<?> flat) {
            for (int i = 0; i + 1 < flat.size(); i += 2) {
                fields.put(
                        String.valueOf(RespClient.text(flat.get(i))), String.valueOf(RespClient.text(flat.get(i + 1))));
            }
        }
        return fields;
    }

    /** How many fields are more than bookkeeping. */
    static long size(Map<String, String> fields) {
        return fields.keySet().stream()
                .filter(name -> !BOOKKEEPING.contains(name))
                .count();
    }

    /** The same for the same fields and values, in whatever order the server keeps them. */
    static String digest(Map<String, String> fields) {
        StringBuilder text = new StringBuilder();
        fields.forEach((name, value) -> {
            if (!AFTERWARDS.contains(name)) {
                text.append(name.length()).append(name).append(value.length()).append(value);
            }
        });
        return digest(text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static String digest(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
