package io.reanchor.demo;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One key as a reader got it: how much content it has, and the fields that say what state it belongs to. Looks at bytes only, so
 * that a reader spends its time reading.
 */
final class ReadState {
    private static final Set<String> BOOKKEEPING = Set.of(
            "owner",
            "seq",
            "eventTime",
            "suspectFrom",
            "suspectAt",
            "ofBook",
            "ofBars1s",
            "ofBars5s",
            "asOf",
            "asOfTradeId",
            "schema");

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final int fields;
    private int bids;
    private int asks;
    private int others;
    private String gen = "";
    private long id = -1;
    private long asOfUpdateId = -1;

    /** @param reply what HGETALL answered: names and values in turn */
    ReadState(Object reply) {
        List<?> all = (List<?>) reply;
        fields = all.size() / 2;
        for (int i = 0; i + 1 < all.size(); i += 2) {
            byte[] name = (byte[]) all.get(i);
            if (name.length > 1 && name[1] == ':' && name[0] == 'b') {
                bids++;
            } else if (name.length > 1 && name[1] == ':' && name[0] == 'a') {
                asks++;
            } else {
                field(text(name), (byte[]) all.get(i + 1));
            }
        }
    }

    private void field(String name, byte[] value) {
        switch (name) {
            case "gen" -> gen = text(value);
            case "lastUpdateId", "lastTradeId" -> id = number(value);
            case "asOfUpdateId" -> asOfUpdateId = number(value);
            default -> others += BOOKKEEPING.contains(name) ? 0 : 1;
        }
    }

    boolean isMissing() {
        return fields == 0;
    }

    boolean isEmptyBook() {
        return bids == 0 || asks == 0;
    }

    boolean isWithoutContent() {
        return others == 0;
    }

    String gen() {
        return gen;
    }

    /** The generation's number, -1 when there is none. */
    long generation() {
        int dash = gen.indexOf('-');
        return dash > 0 ? number(gen.substring(0, dash)) : -1;
    }

    /** Update id of a book, trade id of bars. */
    long id() {
        return id;
    }

    long asOfUpdateId() {
        return asOfUpdateId;
    }

    private static long number(byte[] value) {
        return number(text(value));
    }

    private static long number(@Nullable String text) {
        return text != null && NUMBER.matcher(text).matches() ? Long.parseLong(text) : -1;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
