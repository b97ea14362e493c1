package dev.millrace.notification;

import dev.millrace.setting.PagesUrl;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The product's pages that messages and notices link to. */
@Component
class PageLinks {

  private final String base;

  PageLinks(@Value("${app.pages-url:${app.public-base-url}}") PagesUrl pages) {
    this.base = pages.text();
  }

  String home() {
    return base;
  }

  String suggestions() {
    return base + "/suggestions";
  }

  String connections() {
    return base + "/settings/connections";
  }

  String groups() {
    return base + "/settings/groups";
  }

  String notifications() {
    return base + "/settings/notifications";
  }
}
