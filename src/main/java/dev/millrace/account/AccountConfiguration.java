package dev.millrace.account;

import dev.millrace.setting.RefusedSetting;
import java.net.http.HttpClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** Settings of this package, and the HTTP client that reaches Google. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({GoogleProperties.class, TokenRefreshProperties.class})
class AccountConfiguration {

  /** Follows no redirect: a token must not travel to an address that an answer names. */
  @Bean
  RestClient googleClient(GoogleProperties google, ObjectProvider<SslBundles> bundles) {
    HttpClient.Builder http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(google.connectTimeout());
    if (!google.sslBundle().isBlank()) {
      http.sslContext(bundle(google.sslBundle(), bundles.getIfAvailable()).createSslContext());
    }
    JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(http.build());
    requests.setReadTimeout(google.readTimeout());
    return RestClient.builder()
        .requestFactory(requests)
        .requestInterceptor(new BoundedAnswers(google.maxAnswer().toBytes()))
        .build();
  }

  private static SslBundle bundle(String name, SslBundles bundles) {
    try {
      if (bundles != null) {
        return bundles.getBundle(name);
      }
    } catch (NoSuchSslBundleException e) {
      throw refused(name, e);
    }
    throw refused(name, null);
  }

  private static RefusedSetting refused(String name, Exception cause) {
    return new RefusedSetting(
        "google.ssl-bundle is " + name + ", and there is no such bundle",
        "Define spring.ssl.bundle.pem.%s or spring.ssl.bundle.jks.%s, or leave it empty."
            .formatted(name, name),
        cause);
  }
}
