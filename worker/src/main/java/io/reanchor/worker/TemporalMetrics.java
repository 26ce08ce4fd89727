package io.reanchor.worker;

import com.uber.m3.tally.RootScopeBuilder;
import com.uber.m3.tally.Scope;
import com.uber.m3.util.Duration;
import io.micrometer.core.instrument.MeterRegistry;
import io.temporal.common.reporter.MicrometerClientStatsReporter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The SDK's metrics, into the meter registry and past the poll watch. */
@Configuration(proxyBeanMethods = false)
class TemporalMetrics {
    @Bean
    PollWatch pollWatch(MeterRegistry registry) {
        return new PollWatch(new MicrometerClientStatsReporter(registry));
    }

    /** The starter's stubs look for this name. */
    @Bean(name = "temporalMetricsScope", destroyMethod = "close")
    Scope temporalMetricsScope(PollWatch reporter) {
        return new RootScopeBuilder().reporter(reporter).reportEvery(Duration.ofSeconds(1));
    }
}
