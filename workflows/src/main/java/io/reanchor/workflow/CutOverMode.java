package io.reanchor.workflow;

/** When what a recovery has staged and proven goes live. */
public enum CutOverMode {
    /** As soon as it is proven. */
    NOW,
    /** When an operator approves: until then it is kept up with the feed, beside the live keys. */
    WHEN_APPROVED,
    /** Never: a dry run. What was staged stays for inspection until its TTL ends. */
    NEVER
}
