package io.reanchor.workflow;

import java.util.List;

/** The search attributes that recoveries and reverts may have, all of type Keyword: stable names. */
public final class SearchAttributes {
    /** Which symbol. */
    public static final String SYMBOL = "ReanchorSymbol";
    /** Where it stands: a {@link Stage}. */
    public static final String STAGE = "ReanchorStage";
    /** How it ended: an {@link Outcome}. */
    public static final String OUTCOME = "ReanchorOutcome";
    /** Why it was rolled back: one of {@link FailureTypes}. */
    public static final String REASON = "ReanchorReason";
    /** Which generation it put live. */
    public static final String GENERATION = "ReanchorGeneration";

    /** All of them. */
    public static final List<String> ALL = List.of(SYMBOL, STAGE, OUTCOME, REASON, GENERATION);

    private SearchAttributes() {}

    /** The command that makes them known to a namespace. */
    public static String command(String namespace) {
        return "temporal operator search-attribute create --namespace %s --name %s %s"
                .formatted(namespace, String.join(" --name ", ALL), "--type Keyword ".repeat(ALL.size()))
                .strip();
    }
}
