package dev.millrace.account;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.StreamSupport;
import org.springframework.stereotype.Component;

/**
 * Reads who consented. The signature is not looked at: the token comes from Google's token endpoint
 * itself, over TLS and in answer to our secret (OpenID Connect Core, 3.1.3.7).
 */
@Component
public class IdToken {

  private static final Duration SKEW = Duration.ofSeconds(60);

  private final GoogleProperties google;
  private final ObjectMapper json;
  private final Clock clock;

  public IdToken(GoogleProperties google, ObjectMapper json, Clock clock) {
    this.google = google;
    this.json = json;
    this.clock = clock;
  }

  /**
   * The address of the account; null where the token names none.
   *
   * @throws GoogleUnavailableException if the token is not one of Google for this application; its
   *     reason names the claim
   */
  public String email(String token) {
    JsonNode claims = claims(token);
    // Google writes its name with the scheme or, as in old times, without.
    String issuer = claims.path("iss").asText("");
    if (!issuer.equals(google.issuer()) && !("https://" + issuer).equals(google.issuer())) {
      throw refused("iss");
    }
    JsonNode audience = claims.path("aud");
    boolean ours =
        audience.isArray()
            ? StreamSupport.stream(audience.spliterator(), false).anyMatch(this::isUs)
            : isUs(audience);
    if (!ours) {
      throw refused("aud");
    }
    Instant ends = Instant.ofEpochSecond(claims.path("exp").asLong(0));
    if (!clock.instant().isBefore(ends.plus(SKEW))) {
      throw refused("exp");
    }
    return claims.path("email").asText(null);
  }

  private boolean isUs(JsonNode audience) {
    return audience.asText("").equals(google.clientId());
  }

  private JsonNode claims(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw refused("form");
    }
    try {
      JsonNode claims = json.readTree(Base64.getUrlDecoder().decode(parts[1]));
      if (claims != null && claims.isObject()) {
        return claims;
      }
    } catch (IllegalArgumentException | JacksonException e) {
      // Said below without the text, which names a person.
    } catch (IOException e) {
      throw new IllegalStateException("Bytes in memory cannot fail to be read", e);
    }
    throw refused("form");
  }

  private static GoogleUnavailableException refused(String claim) {
    return new GoogleUnavailableException("id_token", "unexpected_" + claim, null);
  }
}
