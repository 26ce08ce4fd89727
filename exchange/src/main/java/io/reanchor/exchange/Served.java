package io.reanchor.exchange;

/**
 * @param source the {@linkplain MarketDataSource#name() name} of the source that answered
 * @param value its answer
 */
public record Served<T>(String source, T value) {}
