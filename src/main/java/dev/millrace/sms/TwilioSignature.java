package dev.millrace.sms;

import com.twilio.security.RequestValidator;
import dev.millrace.setting.PublicBaseUrl;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Tells Twilio's requests from others'. What is signed is the address that Twilio was given, so it
 * is put together from {@code app.public-base-url} and not from the request, which a proxy may have
 * changed.
 */
@Component
public class TwilioSignature {

  private final RequestValidator validator;
  private final PublicBaseUrl base;

  /**
   * @param authToken signs; empty = nobody is believed
   */
  TwilioSignature(
      @Value("${twilio.auth-token}") String authToken,
      @Value("${app.public-base-url}") PublicBaseUrl publicBaseUrl) {
    this.validator = authToken.isBlank() ? null : new RequestValidator(authToken.strip());
    this.base = publicBaseUrl;
  }

  /**
   * Whether Twilio has signed it.
   *
   * @param path below the public address
   * @param query as it was sent; null or empty = none
   * @param signature the header {@code X-Twilio-Signature}; null = there was none
   */
  public boolean valid(String path, String query, SmsForm form, String signature) {
    if (validator == null || signature == null || signature.isBlank()) {
      return false;
    }
    String address = base + path + (query == null || query.isEmpty() ? "" : "?" + query);
    return validator.validate(address, form.signed(), signature.strip());
  }
}
