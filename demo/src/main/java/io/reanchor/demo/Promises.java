package io.reanchor.demo;

import java.util.ArrayList;
import java.util.List;

/** What the demo promises, and whether each promise held. Not thread-safe. */
final class Promises {
    private final List<Promise> promises = new ArrayList<>();

    /**
     * One promise.
     *
     * @param name what was promised
     * @param held whether it held
     * @param found what was found
     */
    record Promise(String name, boolean held, String found) {}

    void add(String name, boolean held, String found) {
        promises.add(new Promise(name, held, found));
    }

    List<Promise> all() {
        return List.copyOf(promises);
    }

    List<Promise> broken() {
        return promises.stream().filter(promise -> !promise.held()).toList();
    }
}
