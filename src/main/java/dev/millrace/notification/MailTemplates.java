package dev.millrace.notification;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/**
 * Writes e-mails by the templates in {@code mail/}: a text and an HTML form of each. What comes
 * from users and their contacts is escaped.
 */
@Component
public class MailTemplates {

  private final TemplateEngine engine = new TemplateEngine();
  private final PageLinks pages;

  MailTemplates(PageLinks pages) {
    this.pages = pages;
    engine.addTemplateResolver(resolver(".txt", TemplateMode.TEXT));
    engine.addTemplateResolver(resolver(".html", TemplateMode.HTML));
  }

  /**
   * Writes one e-mail.
   *
   * @param template {@code digest}, {@code token-notice} or {@code reminder}
   * @param model what the template names; {@code unsubscribe}, an address, adds a line to any of
   *     them
   */
  public Mail mail(String template, Map<String, ?> model) {
    Map<String, Object> variables = new HashMap<>(model);
    variables.put("choices", pages.notifications());
    Context context = new Context(Locale.US, variables);
    return new Mail(
        engine.process(template + ".txt", context).strip() + "\n",
        engine.process(template + ".html", context));
  }

  private static ClassLoaderTemplateResolver resolver(String suffix, TemplateMode mode) {
    ClassLoaderTemplateResolver resolver =
        new ClassLoaderTemplateResolver(MailTemplates.class.getClassLoader());
    resolver.setPrefix("mail/");
    resolver.setResolvablePatterns(Set.of("*" + suffix));
    resolver.setTemplateMode(mode);
    resolver.setCharacterEncoding("UTF-8");
    resolver.setForceTemplateMode(true);
    return resolver;
  }
}
