package io.reanchor.workflow;

/**
 * Answer to a report.
 *
 * @param runId the run that takes care of the gap
 * @param joined false when this report started the run
 * @param stage where the run stood when it took the report
 */
public record ReportReceipt(String runId, boolean joined, Stage stage) {}
