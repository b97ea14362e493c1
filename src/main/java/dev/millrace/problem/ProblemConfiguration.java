package dev.millrace.problem;

import jakarta.servlet.DispatcherType;
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
}
