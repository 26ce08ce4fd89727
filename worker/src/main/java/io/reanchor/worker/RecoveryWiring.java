package io.reanchor.worker;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.reanchor.activity.RecoverySteps;
import io.reanchor.activity.TemporalRunRegistry;
import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorClientOptions;
import io.reanchor.exchange.BinanceSpotRest;
import io.reanchor.exchange.MarketDataSources;
import io.reanchor.exchange.WeightBudget;
import io.reanchor.exchange.WeightQueue;
import io.reanchor.redis.MarketState;
import io.reanchor.redis.RedisSettings;
import io.reanchor.workflow.OperationPolicy;
import io.reanchor.workflow.ReanchorActivities;
import io.reanchor.workflow.ReanchorWorkflow;
import io.reanchor.workflow.ReanchorWorkflowImpl;
import io.reanchor.workflow.RecoverManyWorkflowImpl;
import io.reanchor.workflow.RevertWorkflow;
import io.reanchor.workflow.RevertWorkflowImpl;
import io.temporal.client.WorkflowClient;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the saga and its activities together from the configuration. */
@Configuration(proxyBeanMethods = false)
class RecoveryWiring {
    /** What an abandoned recovery leaves behind stays this much longer than a recovery and its undo can take. */
    private static final Duration STAGED_MARGIN = Duration.ofMinutes(1);

    /** Expiry frees on Redis' main thread, so the sweep gets this long to come first. */
    private static final Duration BACKSTOP = Duration.ofMinutes(10);

    @Bean
    WorkflowRegistration saga(ReanchorProperties settings, MarketState state, WorkflowClient client) {
        OperationPolicy policy = settings.policy();
        ReanchorClient recoveries = ReanchorClient.over(client, ReanchorClientOptions.DEFAULT);
        return worker -> {
            worker.registerWorkflowImplementationFactory(
                    ReanchorWorkflow.class, () -> new ReanchorWorkflowImpl(policy), ReanchorWorkflowImpl.options());
            worker.registerWorkflowImplementationFactory(
                    RevertWorkflow.class, () -> new RevertWorkflowImpl(policy), ReanchorWorkflowImpl.options());
            worker.registerWorkflowImplementationTypes(ReanchorWorkflowImpl.options(), RecoverManyWorkflowImpl.class);
            worker.registerActivitiesImplementations(new ManySteps(recoveries, state));
        };
    }

    @Bean
    MarketState marketState(ReanchorProperties settings, RedisProperties redis, RecoveryMeters meters) {
        OperationPolicy policy = settings.policy();
        return new MarketState(
                redis.settings()
                        .withLifetimes(new RedisSettings.Lifetimes(
                                policy.operationTimeout()
                                        .plus(policy.undoTimeout())
                                        .plus(STAGED_MARGIN),
                                settings.oldKeys().retention(),
                                BACKSTOP)),
                Clock.systemUTC(),
                meters::cutOverTook);
    }

    @Bean
    Housekeeping housekeeping(MarketState state, LeftBehind leftBehind) {
        return new Housekeeping(state, leftBehind);
    }

    /** Workers of one group: which of them reads an entry doesn't matter. */
    @Bean
    @ConditionalOnProperty(name = "re_anchor.requests.enabled", havingValue = "true")
    RequestReader requestReader(MarketState state, WorkflowClient client) {
        return new RequestReader(
                state.requests("worker-" + ProcessHandle.current().pid() + '-' + UUID.randomUUID()),
                ReanchorClient.over(client, ReanchorClientOptions.DEFAULT));
    }

    @Bean
    LeftBehind leftBehind() {
        return new LeftBehind(InstantSource.system());
    }

    @Bean
    RecoveryMeters recoveryMeters(MeterRegistry registry) {
        return new RecoveryMeters(registry);
    }

    /** An exchange counts by the address that asks: sources at the same host share what may be spent there. */
    @Bean
    HostBudgets hostBudgets(ReanchorProperties settings) {
        return HostBudgets.of(settings);
    }

    @Bean
    WeightQueue weightQueue(HostBudgets budgets, ReanchorProperties settings) {
        return new WeightQueue(
                budgets.all(), settings.depth().limit(), settings.bars().lookBack(), Clock.systemUTC());
    }

    /** To alert on: recoveries that wait for longer than a mass gap lasts. */
    @Bean
    MeterBinder weightMetrics(WeightQueue queue, HostBudgets budgets, ReanchorProperties settings) {
        return registry -> {
            Gauge.builder("reanchor.recoveries.waiting", queue, WeightQueue::waiting)
                    .description("recoveries that wait for the exchange's weight")
                    .register(registry);
            Gauge.builder("reanchor.weight.limit", () -> settings.exchange().weightPerMinute())
                    .description("request weight that may be used up in a minute at each host")
                    .register(registry);
            budgets.byHost()
                    .forEach((host, budget) -> Gauge.builder(
                                    "reanchor.weight.available", budget, WeightBudget::available)
                            .tag("host", host)
                            .description("request weight left in this minute")
                            .register(registry));
        };
    }

    @Bean
    MarketDataSources marketDataSources(ReanchorProperties settings, HostBudgets budgets) {
        ReanchorProperties.Exchange limits = settings.exchange();
        return new MarketDataSources(settings.sources().stream()
                .map(source -> new BinanceSpotRest(
                        source.name(),
                        URI.create(source.baseUrl()),
                        limits.requestTimeout(),
                        budgets.at(source.host()),
                        limits.maxBodyBytes()))
                .toList());
    }

    @Bean
    RecoverySteps recoverySteps(
            MarketState state,
            MarketDataSources sources,
            WeightQueue queue,
            ReanchorProperties settings,
            WorkflowClient client) {
        return new RecoverySteps(
                state, sources, queue, settings.recovery(), new TemporalRunRegistry(client), Clock.systemUTC());
    }

    @Bean
    ReanchorActivities reanchorActivities(RecoverySteps steps) {
        return steps.activities();
    }
}
