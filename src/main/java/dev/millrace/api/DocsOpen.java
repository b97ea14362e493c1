package dev.millrace.api;

import dev.millrace.setting.Switch;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether {@code millrace.docs.open} is true; whatever is no clear word stops the start. */
final class DocsOpen implements Condition {

  private static final String SETTING = "millrace.docs.open";

  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    return Switch.isOn(SETTING, context.getEnvironment().getProperty(SETTING));
  }
}
