package dev.millrace.problem;

import jakarta.servlet.DispatcherType;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Which addresses have problems as bodies wherever they are refused: the whole API. */
@Configuration(proxyBeanMethods = false)
class ProblemConfiguration {

  /** Behind the doors, which is where filters without an order stand. */
  @Bean
  FilterRegistrationBean<ProblemBodies> problemBodies(Problems problems) {
    FilterRegistrationBean<ProblemBodies> filter =
        new FilterRegistrationBean<>(new ProblemBodies(problems));
    filter.addUrlPatterns("/api", "/api/*");
    filter.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
    return filter;
  }

  /** Before Boot's own valve, which would answer with nothing. */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> serverRefusals(Problems problems) {
    return server ->
        server.addContextCustomizers(
            context -> context.getParent().getPipeline().addValve(new ServerRefusals(problems)));
  }
}
