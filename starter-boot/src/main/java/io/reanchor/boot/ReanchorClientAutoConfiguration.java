package io.reanchor.boot;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorClientOptions;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * A {@link ReanchorClient} for whoever has none: it connects at the first call, so the application starts without Temporal, and it is closed with
 * the application.
 */
@AutoConfiguration
@EnableConfigurationProperties(ReanchorClientProperties.class)
public class ReanchorClientAutoConfiguration {

    /** Where the client goes; an own bean of this type overrules properties and environment. */
    @Bean
    @ConditionalOnMissingBean
    ReanchorClientOptions reanchorClientOptions(ReanchorClientProperties properties) {
        return properties.over(ReanchorClientOptions.fromEnvironment());
    }

    @Bean
    @ConditionalOnMissingBean
    ReanchorClient reanchorClient(ReanchorClientOptions options) {
        return ReanchorClient.connect(options);
    }
}
