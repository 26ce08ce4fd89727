package io.reanchor.testkit.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.reanchor.testkit.check.Event.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A history, sorted out: operations with their beginning and end, and what was declared. */
final class Run {
    private final List<Event> events;
    final SymbolKeys symbol;
    /** Whether the live keys come with journals. */
    final boolean journaled;

    final List<Operation> reads;
    final List<Operation> dumps;
    final List<Operation> recoveries;

    /** An operation; its end is null when none is told. */
    record Operation(Event begin, @Nullable Event end) {
        boolean ended(Type how) {
            return end != null && end.type() == how;
        }

        JsonNode result() {
            return Objects.requireNonNull(end, "it has ended").value();
        }

        long endTime() {
            return end == null ? Long.MAX_VALUE : end.time();
        }

        String token() {
            return begin.value().path("token").asText();
        }

        JsonNode keys() {
            return result().path("keys");
        }
    }

    Run(List<Event> events) {
        this.events = events;
        Event begin = events.stream()
                .filter(event -> event.is("begin", Type.info))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a history begins with the symbol"));
        symbol = new SymbolKeys(
                begin.value().path("symbol").asText(),
                begin.value().path("tagged").asBoolean());
        journaled = begin.value().path("journaled").asBoolean();
        reads = operations(Observer.OP).filter(read -> read.ended(Type.ok)).toList();
        dumps = operations(Dump.OP).filter(dump -> dump.ended(Type.ok)).toList();
        recoveries = operations("recover").toList();
    }

    /** The generation that was live at first, empty for none. */
    String first() {
        return dumps.isEmpty()
                ? ""
                : dumps.get(0).keys().path(symbol.meta()).path("gen").asText();
    }

    private Stream<Operation> operations(String op) {
        Map<String, Event> begun = new HashMap<>();
        List<Operation> all = new ArrayList<>();
        for (Event event : events) {
            if (!event.op().equals(op)) {
                continue;
            }
            if (event.type() == Type.invoke) {
                Event open = begun.put(event.process(), event);
                if (open != null) {
                    all.add(new Operation(open, null));
                }
            } else {
                Event open = begun.remove(event.process());
                if (open == null) {
                    throw new IllegalArgumentException("%s of %s ended without a beginning, at %d ns"
                            .formatted(op, event.process(), event.time()));
                }
                all.add(new Operation(open, event));
            }
        }
        begun.values().forEach(open -> all.add(new Operation(open, null)));
        return all.stream();
    }

    /** Whether the server was declared to have lost what it had, between these times. */
    boolean lost(long from, long to) {
        return declared("lost", from, to);
    }

    /** Whether what this recovery did may have been lost, by what was declared: not when a replica had it, and only replicas' lag was lost. */
    boolean lost(Operation recovery) {
        boolean replicated =
                recovery.ended(Type.ok) && recovery.result().path("replicas").asInt() > 0;
        return events.stream()
                .filter(event -> event.is("lost", Type.info)
                        && event.time() >= recovery.begin().time())
                .anyMatch(event -> !(replicated
                        && event.time() > recovery.endTime()
                        && event.value().path("kept").asText().equals("replicated")));
    }

    /** Whether all of it was lost, up to this time. */
    boolean lostAll(long to) {
        return events.stream()
                .anyMatch(event -> event.is("lost", Type.info)
                        && event.time() <= to
                        && event.value().path("kept").asText().equals("nothing"));
    }

    /** Whether it was started anew, another took over, or its slot moved: the same fields may stand in another order then. */
    boolean restarted(long from, long to) {
        return declared("restarted", from, to) || declared("moved", from, to) || lost(from, to);
    }

    private boolean declared(String op, long from, long to) {
        return events.stream().anyMatch(event -> event.is(op, Type.info) && event.time() >= from && event.time() <= to);
    }

    /** What the exchange had, as told last before this time. */
    Optional<JsonNode> truth(long time) {
        return events.stream()
                .filter(event -> event.is(Truth.OP, Type.info) && event.time() <= time)
                .reduce((earlier, later) -> later)
                .map(Event::value);
    }

    /** A recovery whose token a generation bears. */
    Optional<Operation> recovery(String generation) {
        String token = Generations.token(generation);
        return recoveries.stream()
                .filter(recovery -> recovery.token().equals(token))
                .findFirst();
    }
}
