package dev.millrace.api;

import dev.millrace.problem.Problems;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;

/** What holds for every address of the API. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ApiProperties.class)
class ApiConfiguration {

  /** Behind the doors: nobody's body is read who may not send one. */
  @Bean
  FilterRegistrationBean<BodyLimit> bodyLimit(ApiProperties properties, Problems problems) {
    FilterRegistrationBean<BodyLimit> filter =
        new FilterRegistrationBean<>(
            new BodyLimit(
                properties.maxBody(),
                new OrRequestMatcher(
                    PathPatternRequestMatcher.withDefaults().matcher("/api/webhooks/**"),
                    PathPatternRequestMatcher.withDefaults().matcher("/api/unsubscribe")),
                problems));
    filter.addUrlPatterns("/api", "/api/*");
    return filter;
  }

  /** What Twilio posts; before the limit for all, which is far above what Twilio sends. */
  @Bean
  FilterRegistrationBean<FormBody> formBody(Problems problems) {
    FilterRegistrationBean<FormBody> filter = new FilterRegistrationBean<>(new FormBody(problems));
    filter.addUrlPatterns("/api/sms/*");
    return filter;
  }
}
