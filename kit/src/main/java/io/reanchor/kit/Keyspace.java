package io.reanchor.kit;

import io.reanchor.market.OneLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names of a symbol's keys: one template a family, with {@code <symbol>} where the symbol goes. What is staged, and what a
 * cut-over replaced, bears {@code new:} or {@code old:} before the symbol: {@code tr:<symbol>:1s}, {@code tr:new:<symbol>:1s}.
 *
 * <p>Braces stay what they are in Redis, hash tags: {@code ob:{<symbol>}} becomes {@code ob:new:{BTCUSDT}}. Immutable.
 *
 * @param book hash of the order book
 * @param bars1s hash of the one-second bars
 * @param bars5s hash of the five-second bars
 * @param features hash of the features
 * @param meta hash of the last cut-over's receipt
 * @param flag string: "recovery in progress"; the hold's name is made of it too
 * @param diffs stream: the journal of depth updates
 * @param trades stream: the journal of trades
 * @param json strings with the same state in JSON, for readers that want one; usually none
 */
public record Keyspace(
        String book,
        String bars1s,
        String bars5s,
        String features,
        String meta,
        String flag,
        String diffs,
        String trades,
        JsonKeys json) {
    private static final String PLACEHOLDER = "<symbol>";
    private static final Pattern SYMBOL = Pattern.compile("[A-Z0-9][A-Z0-9._-]{0,31}");
    private static final List<String> MARKS = List.of("", "new:", "old:", "hold:", "resync:");
    private static final Pattern TEMPLATE = Pattern.compile("[!-;=?-~]*<symbol>[!-;=?-~]*");
    /** A letter of the symbol's own alphabet beside the placeholder would let two symbols share a key. */
    private static final Pattern RUNS_INTO_SYMBOL = Pattern.compile("[A-Z0-9._-]<symbol>|<symbol>[A-Z0-9._-]");

    /** The names that the service's first design laid down. */
    public static final Keyspace DEFAULT = new Keyspace(
            "ob:<symbol>",
            "tr:<symbol>:1s",
            "tr:<symbol>:5s",
            "feat:<symbol>",
            "meta:<symbol>",
            "reanchor:<symbol>",
            "diff:<symbol>",
            "trades:<symbol>",
            JsonKeys.NONE);

    /** The same for a Redis Cluster, where all keys of a symbol must share a slot. */
    public static final Keyspace TAGGED = new Keyspace(
            tagged(DEFAULT.book),
            tagged(DEFAULT.bars1s),
            tagged(DEFAULT.bars5s),
            tagged(DEFAULT.features),
            tagged(DEFAULT.meta),
            tagged(DEFAULT.flag),
            tagged(DEFAULT.diffs),
            tagged(DEFAULT.trades),
            JsonKeys.NONE);

    /** @throws IllegalArgumentException for a template without the placeholder, or two that name the same key */
    public Keyspace {
        Map<String, String> seen = new HashMap<>();
        for (String template : templates(json, book, bars1s, bars5s, features, meta, flag, diffs, trades)) {
            if (!TEMPLATE.matcher(template).matches()
                    || RUNS_INTO_SYMBOL.matcher(template).find()) {
                throw new IllegalArgumentException(
                        "key template \"%s\": expected printable ASCII with %s in it once, next to no letter or digit of a symbol, as in ob:%s"
                                .formatted(OneLine.of(template), PLACEHOLDER, PLACEHOLDER));
            }
            for (String mark : MARKS) {
                String name = marked(template, mark, "X");
                String other = seen.putIfAbsent(name, template);
                if (other != null) {
                    throw new IllegalArgumentException(
                            "key templates \"%s\" and \"%s\" both name %s for the symbol X: give each family a name of its own"
                                    .formatted(other, template, name));
                }
            }
        }
        seen.values().stream()
                .distinct()
                .forEach(one -> seen.values().stream().distinct().forEach(other -> {
                    if (meet(one, other)) {
                        throw new IllegalArgumentException(
                                "key templates \"%s\" and \"%s\" name the same key for two symbols: begin each with a name of its own"
                                        .formatted(one, other));
                    }
                }));
    }

    private static List<String> templates(JsonKeys json, String... others) {
        return Stream.concat(Stream.of(others), json.templates().stream()).toList();
    }

    /** Whether {@code A:<symbol>} and {@code <symbol>:B} are two such templates: the symbols B and A would share a key. */
    private static boolean meet(String one, String other) {
        return MARKS.stream()
                .anyMatch(mark -> MARKS.stream()
                        .anyMatch(second ->
                                meetMarked(marked(one, mark, PLACEHOLDER), marked(other, second, PLACEHOLDER))));
    }

    /** A symbol of the first, and what follows it, would have to be how the second begins; and so at the other end. */
    private static boolean meetMarked(String first, String second) {
        String before = first.substring(0, first.indexOf(PLACEHOLDER));
        String begins = second.substring(0, second.indexOf(PLACEHOLDER));
        if (!begins.startsWith(before)) {
            return false;
        }
        Matcher symbol = SYMBOL.matcher(begins).region(before.length(), begins.length());
        if (!symbol.lookingAt()) {
            return false;
        }
        String between = begins.substring(symbol.end());
        String after = first.substring(first.indexOf(PLACEHOLDER) + PLACEHOLDER.length());
        String ends = second.substring(second.indexOf(PLACEHOLDER) + PLACEHOLDER.length());
        return after.length() > between.length() + ends.length()
                && after.startsWith(between)
                && after.endsWith(ends)
                && SYMBOL.matcher(after.substring(between.length(), after.length() - ends.length()))
                        .matches();
    }

    /**
     * Lets those pass whose keys of one symbol all have the same hash tag: one transaction can't span slots.
     *
     * @throws IllegalArgumentException naming a template that doesn't, and one that would
     */
    public void requireOneSlot() {
        String tag = null;
        for (String template : templates(json, book, bars1s, bars5s, features, meta, flag, diffs, trades)) {
            for (String mark : MARKS) {
                String name = marked(template, mark, "X");
                String its = hashTag(name);
                tag = tag == null ? its : tag;
                if (its.isEmpty() || !its.equals(tag)) {
                    throw new IllegalArgumentException(
                            "key template \"%s\": in a Redis Cluster all keys of a symbol must share a slot, but %s %s. \"%s\" would do, if all are made like it"
                                    .formatted(
                                            template,
                                            name,
                                            its.isEmpty()
                                                    ? "has no hash tag"
                                                    : "has the hash tag {%s}, and others {%s}".formatted(its, tag),
                                            tagged(template.replaceAll("[{}]", ""))));
                }
            }
        }
    }

    /** What Redis hashes instead of the whole name: what stands between the first opening brace and the next closing one. */
    private static String hashTag(String name) {
        int open = name.indexOf('{');
        int close = open < 0 ? -1 : name.indexOf('}', open + 1);
        return close < 0 ? "" : name.substring(open + 1, close);
    }

    private static String tagged(String template) {
        return template.replace(PLACEHOLDER, '{' + PLACEHOLDER + '}');
    }

    public Keyspace withJson(JsonKeys json) {
        return new Keyspace(book, bars1s, bars5s, features, meta, flag, diffs, trades, json);
    }

    /** The five hashes that are swapped together, in this order everywhere. */
    public enum Family {
        BOOK,
        BARS_1S,
        BARS_5S,
        FEATURES,
        META
    }

    /** @throws IllegalArgumentException when the symbol isn't one: {@code [A-Z0-9][A-Z0-9._-]{0,31}} */
    public Names of(String symbol) {
        return new Names(this, symbol);
    }

    String template(Family family) {
        return switch (family) {
            case BOOK -> book;
            case BARS_1S -> bars1s;
            case BARS_5S -> bars5s;
            case FEATURES -> features;
            case META -> meta;
        };
    }

    /** A pattern for SCAN that matches the old keys of all families, among others. */
    public String oldPattern() {
        return "*old:*";
    }

    /** A pattern for SCAN that matches the live books, among others. */
    public String bookPattern() {
        return marked(escaped(book), "", "*");
    }

    /** A pattern for SCAN that matches the flags, among others. */
    public String flagPattern() {
        return marked(escaped(flag), "", "*");
    }

    /** A pattern for SCAN that matches the staged keys of all families, among others. */
    public String stagedPattern() {
        return "*new:*";
    }

    /** The symbol whose live book this is; none for a key that only looks like one. */
    public Optional<String> symbolOfBook(String key) {
        return symbolOf(book, "", key);
    }

    /** The symbol whose flag this is; none for a key that only looks like one. */
    public Optional<String> symbolOfFlag(String key) {
        return symbolOf(flag, "", key);
    }

    /** Whether this is some symbol's staged key, of any family, and doesn't only look like one. */
    public boolean isStaged(String key) {
        return Stream.of(Family.values())
                .anyMatch(family -> symbolOf(template(family), "new:", key).isPresent());
    }

    /** The symbol whose old key, of any family, this is; none for a key that only looks like one. */
    public Optional<String> symbolOfOld(String key) {
        return Stream.of(Family.values())
                .flatMap(family -> symbolOf(template(family), "old:", key).stream())
                .findFirst();
    }

    private static Optional<String> symbolOf(String template, String mark, String key) {
        String around = marked(template, mark, PLACEHOLDER);
        int at = around.indexOf(PLACEHOLDER);
        String suffix = around.substring(at + PLACEHOLDER.length());
        if (key.length() <= at + suffix.length() || !key.endsWith(suffix)) {
            return Optional.empty();
        }
        String symbol = key.substring(at, key.length() - suffix.length());
        return Optional.of(symbol)
                .filter(s -> SYMBOL.matcher(s).matches())
                .filter(s -> marked(template, mark, s).equals(key));
    }

    private static String escaped(String template) {
        return template.replaceAll("[\\\\*?\\[\\]]", "\\\\$0");
    }

    /** The mark goes before a hash tag that holds the symbol, not into it: all keys of a symbol must share the slot. */
    private static String marked(String template, String mark, String symbol) {
        int at = template.indexOf(PLACEHOLDER);
        int before = at > 0 && template.charAt(at - 1) == '{' ? at - 1 : at;
        return template.substring(0, before)
                + mark
                + template.substring(before, at)
                + symbol
                + template.substring(at + PLACEHOLDER.length());
    }

    /** The names of one symbol's keys. */
    public record Names(Keyspace keyspace, String symbol) {
        public Names {
            if (!SYMBOL.matcher(symbol).matches()) {
                throw new IllegalArgumentException("symbol \"%s\" is not one: expected %s, as in BTCUSDT"
                        .formatted(OneLine.of(symbol), SYMBOL.pattern()));
            }
        }

        public String flag() {
            return marked(keyspace.flag, "", symbol);
        }

        public String hold() {
            return marked(keyspace.flag, "hold:", symbol);
        }

        /** The journal of depth updates. */
        public String diffs() {
            return marked(keyspace.diffs, "", symbol);
        }

        /** The journal of trades. */
        public String trades() {
            return marked(keyspace.trades, "", symbol);
        }

        /**
         * Where a writer prepares its own new book, to put in the live one's place.
         *
         * @param writer distinguishes one resync from any other, of letters, digits and hyphens
         */
        String resync(String writer) {
            return marked(keyspace.book, "resync:" + writer + ":", symbol);
        }

        /** The channel that a cut-over is announced on: the flag's name. */
        public String channel() {
            return flag();
        }

        public String live(Family family) {
            return marked(keyspace.template(family), "", symbol);
        }

        /** The string with a live key's state in JSON; empty when there is none. */
        public Optional<String> json(Family family) {
            return Optional.ofNullable(keyspace.json.template(family)).map(template -> marked(template, "", symbol));
        }

        public String staged(Family family) {
            return marked(keyspace.template(family), "new:", symbol);
        }

        public String old(Family family) {
            return marked(keyspace.template(family), "old:", symbol);
        }

        public List<String> allStaged() {
            List<String> names = new ArrayList<>();
            for (Family family : Family.values()) {
                names.add(staged(family));
            }
            return names;
        }

        public List<String> allOld() {
            List<String> names = new ArrayList<>();
            for (Family family : Family.values()) {
                names.add(old(family));
            }
            return names;
        }
    }
}
