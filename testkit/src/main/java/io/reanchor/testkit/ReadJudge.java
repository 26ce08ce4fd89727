package io.reanchor.testkit;

import io.reanchor.testkit.TransactionalReaders.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Judges one reader's reads in their order: raw replies to HGETALL of book, bars, bars, features. */
final class ReadJudge {
    private static final String NO_GENERATION = "";
    private static final Set<String> BOOKKEEPING = Set.of(
            "owner",
            "seq",
            "gen",
            "lastUpdateId",
            "lastTradeId",
            "eventTime",
            "suspectFrom",
            "suspectAt",
            "ofBook",
            "ofBars1s",
            "ofBars5s",
            "asOf",
            "asOfUpdateId",
            "asOfTradeId",
            "schema");

    private final Set<String> seen = new HashSet<>();
    private final List<String> examples = new ArrayList<>();
    private long reads;
    private long torn;
    private long missing;
    private long empty;
    private long backwards;
    private long lastUpdateId = -1;
    private long lastGeneration = -1;

    Verdict judge(List<Object> hashes) {
        reads++;
        Set<String> generations = new HashSet<>();
        boolean lacks = false;
        boolean hollow = false;
        for (int i = 0; i < hashes.size(); i++) {
            List<?> flat = (List<?>) hashes.get(i);
            if (flat.isEmpty()) {
                lacks = true;
                continue;
            }
            Map<String, String> header = new HashMap<>();
            boolean content = readHeader(flat, header, i == 0);
            hollow |= !content;
            generations.add(header.getOrDefault("gen", NO_GENERATION));
            if (i == 0) {
                advance(header);
            }
        }
        if (lacks) {
            missing++;
            example("missing: a key of " + hashes.size());
        }
        if (hollow) {
            empty++;
            example("empty: a key without content");
        }
        // Keys without a generation are whole only before the first cut-over that this reader saw.
        boolean mixed = generations.size() > 1 || generations.contains(NO_GENERATION) && !seen.isEmpty();
        if (mixed) {
            torn++;
            example("torn: " + generations);
        }
        generations.stream().filter(g -> !g.equals(NO_GENERATION)).forEach(seen::add);
        return new Verdict(reads, torn, missing, empty, backwards, seen.size(), examples);
    }

    /** @return whether there is anything but bookkeeping; a book needs both sides */
    private static boolean readHeader(List<?> flat, Map<String, String> header, boolean book) {
        boolean bid = false;
        boolean ask = false;
        boolean other = false;
        for (int i = 0; i < flat.size(); i += 2) {
            byte[] field = (byte[]) flat.get(i);
            if (field.length > 1 && field[1] == ':') {
                bid |= field[0] == 'b';
                ask |= field[0] == 'a';
                continue;
            }
            String name = text(field);
            if (BOOKKEEPING.contains(name)) {
                header.put(name, text(flat.get(i + 1)));
            } else {
                other = true;
            }
        }
        return book ? bid && ask : other;
    }

    private void advance(Map<String, String> header) {
        long updateId = Long.parseLong(header.getOrDefault("lastUpdateId", "-1"));
        String gen = header.getOrDefault("gen", NO_GENERATION);
        long generation = gen.equals(NO_GENERATION) ? -1 : Long.parseLong(gen.substring(0, gen.indexOf('-')));
        if (updateId < lastUpdateId || generation < lastGeneration) {
            backwards++;
            example("backwards: update id %d after %d, generation %d after %d"
                    .formatted(updateId, lastUpdateId, generation, lastGeneration));
        }
        lastUpdateId = updateId;
        lastGeneration = generation;
    }

    private void example(String text) {
        if (examples.size() < 10) {
            examples.add(text);
        }
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }
}
