package io.reanchor.redis;

import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.StagedState;

/**
 * What is to go live.
 *
 * @param symbol whose state
 * @param token who owns the flag and what is staged
 * @param workflowId for the receipt
 * @param gap all that was reported so far; what is staged must cover it
 * @param staged exactly what the workflow accepted
 */
public record CutOverOrder(String symbol, Token token, String workflowId, FeedGap gap, StagedState staged) {}
