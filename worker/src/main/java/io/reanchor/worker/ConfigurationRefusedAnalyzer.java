package io.reanchor.worker;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows a refused configuration as one block, without a stack trace. */
final class ConfigurationRefusedAnalyzer extends AbstractFailureAnalyzer<ConfigurationRefused> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ConfigurationRefused cause) {
        return new FailureAnalysis(
                "The configuration is refused:\n\n  " + String.join("\n  ", cause.problems()),
                "Correct the settings above and start again; docs/configuration.md lists every setting.",
                cause);
    }
}
