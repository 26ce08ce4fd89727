package io.reanchor.workflow;

import java.time.Instant;

/**
 * The answer to an approval.
 *
 * @param runId the run that was approved
 * @param by who approved: of several, the first
 * @param at when, by the workflow's clock
 * @param first false when it had been approved before
 */
public record ApprovalReceipt(String runId, String by, Instant at, boolean first) {}
