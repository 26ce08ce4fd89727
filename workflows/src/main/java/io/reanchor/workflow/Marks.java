package io.reanchor.workflow;

import io.temporal.common.SearchAttributeKey;
import io.temporal.workflow.Workflow;

/**
 * Search attributes of a run, by which the Web UI and the server's lists find it. Only where the worker was told that the server knows them: one that doesn't
 * would fail each workflow task.
 */
final class Marks {
    private static final SearchAttributeKey<String> SYMBOL = SearchAttributeKey.forKeyword(SearchAttributes.SYMBOL);
    private static final SearchAttributeKey<String> STAGE = SearchAttributeKey.forKeyword(SearchAttributes.STAGE);
    private static final SearchAttributeKey<String> OUTCOME = SearchAttributeKey.forKeyword(SearchAttributes.OUTCOME);
    private static final SearchAttributeKey<String> REASON = SearchAttributeKey.forKeyword(SearchAttributes.REASON);
    private static final SearchAttributeKey<String> GENERATION =
            SearchAttributeKey.forKeyword(SearchAttributes.GENERATION);

    private boolean wanted;

    /** From here on, of a run that began under a worker which was told so. */
    void begin(OperationPolicy policy, String symbol) {
        wanted = policy.searchAttributes();
        if (wanted) {
            Workflow.upsertTypedSearchAttributes(SYMBOL.valueSet(symbol));
        }
    }

    void stage(Stage stage) {
        if (wanted) {
            Workflow.upsertTypedSearchAttributes(STAGE.valueSet(stage.name()));
        }
    }

    void ended(ReanchorResult result) {
        if (wanted) {
            Workflow.upsertTypedSearchAttributes(
                    OUTCOME.valueSet(result.outcome().name()),
                    result.failure() == null
                            ? REASON.valueUnset()
                            : REASON.valueSet(result.failure().type()),
                    result.receipt() == null
                            ? GENERATION.valueUnset()
                            : GENERATION.valueSet(result.receipt().generation()));
        }
    }
}
