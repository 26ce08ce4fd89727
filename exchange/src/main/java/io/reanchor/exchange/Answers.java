package io.reanchor.exchange;

/** Where the bodies of answers come from: a host, or a recording of one. */
interface Answers {
    /**
     * The body of an answer that was HTTP 200.
     *
     * @throws MarketDataException when there is none
     */
    byte[] get(Context asked, String query, int weight) throws InterruptedException;

    /** As it is asked for, without the host. */
    static String path(Context asked, String query) {
        return asked.endpoint() + (query.isEmpty() ? "" : "?" + query);
    }
}
