package dev.millrace.notification;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The HTTP client by which the route posts text messages. */
@Configuration(proxyBeanMethods = false)
class SmsClientConfiguration {

  /**
   * One post is one request. By default the client sleeps and posts again after a 429 or 503, where
   * a 503 may have been a message already; what an answer means is decided by {@link SmsAnswers}.
   */
  @Bean
  HttpClientConfigurer postOnce() {
    return client -> client.disableAutomaticRetries().disableRedirectHandling();
  }
}
