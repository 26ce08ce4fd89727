package io.reanchor.redis;

/**
 * Something that befalls the servers for a while.
 *
 * @param name for the test's report
 * @param says what the failure's message has then, or empty when the step may go through all the same
 */
record Condition(String name, String says, Runnable begins, Runnable ends) {
    @Override
    public String toString() {
        return name;
    }
}
