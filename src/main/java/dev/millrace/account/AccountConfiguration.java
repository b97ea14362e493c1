package dev.millrace.account;

import java.net.http.HttpClient;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** Settings of this package, and the HTTP client that reaches Google. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({GoogleProperties.class, TokenRefreshProperties.class})
class AccountConfiguration {

  @Bean
  RestClient googleClient(GoogleProperties google) {
    return client(google);
  }

  /** Follows no redirect: a token must not travel to an address that an answer names. */
  static RestClient client(GoogleProperties google) {
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(google.connectTimeout())
            .build();
    JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(http);
    requests.setReadTimeout(google.readTimeout());
    return RestClient.builder().requestFactory(requests).build();
  }
}
