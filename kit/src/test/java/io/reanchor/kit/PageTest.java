package io.reanchor.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.kit.wire.Replies;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisDataException;

/** The commands of the page for writers and readers, run as they stand there: Redis must say what the page says it does. */
class PageTest extends OnRedis {
    private static final Path PAGE = Path.of(Objects.requireNonNullElse(System.getProperty("reanchor.root"), ".."))
            .resolve("docs/writers-and-readers.md");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    private record Step(String command, List<String> says) {}

    @Test
    void redisSaysWhatThePageSays() throws IOException {
        List<Step> steps = steps();
        assertThat(steps).hasSizeGreaterThan(20);
        for (Step step : steps) {
            String says = String.join("\n", step.says());
            String pattern = Pattern.quote(says).replace("…", "\\E(?s:.*)\\Q");
            assertThat(answer(step.command())).as(step.command()).matches(pattern);
        }
    }

    private static List<Step> steps() throws IOException {
        List<Step> steps = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("```")) {
                inside = line.equals("```redis");
            } else if (inside && line.startsWith("> ")) {
                steps.add(new Step(line.substring(2), new ArrayList<>()));
            } else if (inside) {
                steps.get(steps.size() - 1).says().add(line);
            }
        }
        return steps;
    }

    private String answer(String command) throws IOException {
        List<byte[]> words = new ArrayList<>();
        for (Matcher word = WORD.matcher(command); word.find(); ) {
            String text = Objects.requireNonNullElse(
                    word.group(3),
                    Objects.requireNonNullElse(word.group(1), Objects.requireNonNullElse(word.group(2), "")));
            words.add(Replies.bytes(text.startsWith("@") ? script(text.substring(1)) : text));
        }
        byte[] name = words.get(0);
        ProtocolCommand named = () -> name;
        try {
            return String.join(
                    "\n",
                    lines(jedis.sendCommand(
                            named, words.subList(1, words.size()).toArray(byte[][]::new))));
        } catch (JedisDataException e) {
            return "(error) " + e.getMessage();
        }
    }

    private static String script(String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(BookGuard.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** As redis-cli shows a reply. */
    private static List<String> lines(Object reply) {
        if (reply instanceof List<?> list) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
                String number = (i + 1) + ") ";
                for (String line : lines(list.get(i))) {
                    lines.add(number + line);
                    number = " ".repeat(number.length());
                }
            }
            return lines;
        }
        if (reply instanceof Long number) {
            return List.of("(integer) " + number);
        }
        if (reply instanceof byte[] bytes) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            return List.of(text.equals("OK") || text.equals("QUEUED") ? text : '"' + text.replace("\"", "\\\"") + '"');
        }
        return List.of(reply == null ? "(nil)" : String.valueOf(reply));
    }
}
