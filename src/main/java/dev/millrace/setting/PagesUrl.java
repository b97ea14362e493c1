package dev.millrace.setting;

/**
 * {@code app.pages-url}: where the product's own pages are, to which messages link. Millrace serves
 * none of them.
 *
 * @param text without a slash at its end
 */
public record PagesUrl(String text) {

  /**
   * Reads what is set.
   *
   * @throws RefusedSetting if it is no address of http or https, or has more than a path
   */
  public PagesUrl {
    text = BaseUrl.of("app.pages-url", text, "users find the pages that messages link to");
  }
}
