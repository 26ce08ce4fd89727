package io.reanchor.testkit.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads generations, {@code <n>-<token>}, where they stand. */
final class Generations {
    private static final Pattern FORMAT = Pattern.compile("([0-9]{1,18})-(.+)");

    private Generations() {}

    /** Zero for what is none. */
    static long number(String generation) {
        Matcher matcher = FORMAT.matcher(generation);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }

    /** Empty for what is none. */
    static String token(String generation) {
        Matcher matcher = FORMAT.matcher(generation);
        return matcher.matches() ? matcher.group(2) : "";
    }

    /** The live generation of a dump and those that its receipt lists, newest first. */
    static List<String> listed(JsonNode keys, SymbolKeys symbol) {
        JsonNode receipt = keys.path(symbol.meta()).path("fields");
        List<String> all = new ArrayList<>();
        String live = receipt.path("gen").asText();
        if (!live.isEmpty()) {
            all.add(live);
        }
        for (String entry : receipt.path("previous").asText().trim().split(" +", -1)) {
            if (!entry.isEmpty()) {
                all.add(entry.split(",", -1)[0]);
            }
        }
        return all;
    }
}
