package io.reanchor.redis;

import io.reanchor.workflow.StagedKey;

/** The two staged bar keys of one load. */
public record StagedBarKeys(StagedKey bars1s, StagedKey bars5s) {}
