package dev.millrace.account;

import dev.millrace.setting.RefusedSetting;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where Google is, and who we are to it. Another address makes the application talk to a stand-in.
 *
 * @param authUri the page on which a user consents
 * @param issuer what Google calls itself in the tokens that say who a user is
 * @param tokenUri exchanges a code or a refresh token for an access token
 * @param revokeUri ends a grant
 * @param calendarBase of the Calendar API, version 3
 * @param peopleBase of the People API, version 1
 * @param clientId of the OAuth client in Google's console
 * @param clientSecret of the same client
 * @param connectTimeout 5 s; more only behind a slow proxy
 * @param readTimeout 10 s for an answer, its body included; a page of 2,500 events takes about
 *     three
 * @param maxAnswer 64 MB of one answer, unpacked; a page of 2,500 events has about three
 * @param sslBundle a bundle of {@code spring.ssl.bundle} that says whose certificates are believed;
 *     empty for those that Java believes
 */
@ConfigurationProperties("google")
public record GoogleProperties(
    @DefaultValue("https://accounts.google.com/o/oauth2/v2/auth") URI authUri,
    @DefaultValue("https://accounts.google.com") String issuer,
    @DefaultValue("https://oauth2.googleapis.com/token") URI tokenUri,
    @DefaultValue("https://oauth2.googleapis.com/revoke") URI revokeUri,
    @DefaultValue("https://www.googleapis.com/calendar/v3") URI calendarBase,
    @DefaultValue("https://people.googleapis.com/v1") URI peopleBase,
    @DefaultValue("") String clientId,
    @DefaultValue("") String clientSecret,
    @DefaultValue("5s") Duration connectTimeout,
    @DefaultValue("10s") Duration readTimeout,
    @DefaultValue("64MB") DataSize maxAnswer,
    @DefaultValue("") String sslBundle) {

  public GoogleProperties {
    base("google.auth-uri", authUri);
    base("google.calendar-base", calendarBase);
    base("google.people-base", peopleBase);
    base("google.token-uri", tokenUri);
    base("google.revoke-uri", revokeUri);
    positive("google.connect-timeout", connectTimeout);
    positive("google.read-timeout", readTimeout);
    if (maxAnswer.toBytes() < DataSize.ofKilobytes(64).toBytes()) {
      throw new RefusedSetting(
          "google.max-answer is " + maxAnswer, "Use 64KB or more; a page of events has megabytes.");
    }
  }

  private static void base(String name, URI uri) {
    boolean http = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
    if (!http || uri.getHost() == null || uri.getRawQuery() != null || uri.getFragment() != null) {
      throw new RefusedSetting(
          name + " is " + uri,
          "Give an http or https address without query, such as Google's own.");
    }
  }

  private static void positive(String name, Duration duration) {
    if (duration.isZero() || duration.isNegative()) {
      throw new RefusedSetting(name + " is " + duration, "Give a time, such as 10s.");
    }
  }

  @Override
  public String toString() {
    return "GoogleProperties[tokenUri=%s, calendarBase=%s, peopleBase=%s, clientId=%s]"
        .formatted(tokenUri, calendarBase, peopleBase, clientId);
  }
}
