package dev.millrace.account;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

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
 * @param readTimeout 10 s until an answer begins; a page of 2,500 events takes about three
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
    @DefaultValue("10s") Duration readTimeout) {

  @Override
  public String toString() {
    return "GoogleProperties[tokenUri=%s, calendarBase=%s, peopleBase=%s, clientId=%s]"
        .formatted(tokenUri, calendarBase, peopleBase, clientId);
  }
}
