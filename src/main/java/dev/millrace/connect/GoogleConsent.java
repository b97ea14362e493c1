package dev.millrace.connect;

import dev.millrace.account.ConfigurationException;
import dev.millrace.account.DeadGrantException;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.IdToken;
import dev.millrace.account.Integration;
import dev.millrace.account.OAuthClient;
import dev.millrace.account.TokenGrant;
import dev.millrace.job.AdminAlerts;
import dev.millrace.job.WaitException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Makes of what Google sent with the browser what the user granted, or says why there is nothing.
 */
@Component
class GoogleConsent {

  private static final Logger LOG = LoggerFactory.getLogger(GoogleConsent.class);

  private static final Set<String> SHUT_OUT = Set.of("admin_policy_enforced", "org_internal");
  private static final Set<String> PASSING = Set.of("server_error", "temporarily_unavailable");

  private final OAuthClient google;
  private final IdToken idToken;
  private final ConnectAddresses addresses;
  private final DroppedGrants dropped;
  private final AdminAlerts alerts;

  GoogleConsent(
      OAuthClient google,
      IdToken idToken,
      ConnectAddresses addresses,
      DroppedGrants dropped,
      AdminAlerts alerts) {
    this.google = google;
    this.idToken = idToken;
    this.addresses = addresses;
    this.dropped = dropped;
    this.alerts = alerts;
  }

  /**
   * @param email of the account; null where Google did not say
   */
  record Granted(TokenGrant grant, String email) {

    @Override
    public String toString() {
      return "Granted[" + grant + "]";
    }
  }

  /**
   * Exchanges the code, and checks that it brought what was asked for.
   *
   * @throws ConnectEndException if it did not
   */
  Granted read(Callback callback, PendingConnect pending) {
    if (callback.error() != null) {
      throw refused(callback.error());
    }
    if (callback.code() == null) {
      throw new ConnectEndException(ConnectOutcome.FAILED, "no_code");
    }
    OAuthClient.Consent consent = exchange(callback.code(), pending);
    String email = email(consent);
    if (!covers(consent.grant(), pending.integration())) {
      dropped.refused(pending.user(), consent.grant(), email);
      throw new ConnectEndException(ConnectOutcome.SCOPE_MISSING, "scope_missing");
    }
    return new Granted(scoped(consent.grant(), pending.integration()), email);
  }

  private OAuthClient.Consent exchange(String code, PendingConnect pending) {
    try {
      OAuthClient.Consent consent =
          google.exchange(code, pending.verifier(), addresses.callback(pending.integration()));
      alerts.close(OAuthClient.REDIRECT_BROKEN);
      return consent;
    } catch (ConfigurationException e) {
      alerts.raise(e.alert(), e.alert(), Map.of("message", e.getMessage()));
      throw new ConnectEndException(ConnectOutcome.OUR_FAULT, e.alert());
    } catch (DeadGrantException e) {
      throw new ConnectEndException(
          SHUT_OUT.contains(e.reason()) ? ConnectOutcome.SHUT_OUT : ConnectOutcome.CODE_EXPIRED,
          e.reason());
    } catch (WaitException | GoogleUnavailableException e) {
      throw new ConnectEndException(ConnectOutcome.UNAVAILABLE, e.getMessage());
    }
  }

  private static boolean covers(TokenGrant grant, Integration integration) {
    return grant.scopes().isEmpty() || integration.coveredBy(grant.scopes());
  }

  /** An answer that names no scopes means those that were asked for (RFC 6749, 5.1). */
  private static TokenGrant scoped(TokenGrant grant, Integration integration) {
    return grant.scopes().isEmpty()
        ? new TokenGrant(
            grant.accessToken(),
            grant.expiresIn(),
            grant.refreshToken(),
            grant.refreshExpiresIn(),
            List.of(integration.scope()))
        : grant;
  }

  private String email(OAuthClient.Consent consent) {
    if (consent.idToken() == null) {
      LOG.warn("Google did not say whose account was connected");
      return null;
    }
    try {
      return idToken.email(consent.idToken());
    } catch (GoogleUnavailableException e) {
      throw new ConnectEndException(ConnectOutcome.FAILED, e.getMessage());
    }
  }

  private static ConnectEndException refused(String error) {
    if (error.equals("access_denied")) {
      return new ConnectEndException(ConnectOutcome.DENIED, error);
    }
    if (SHUT_OUT.contains(error)) {
      return new ConnectEndException(ConnectOutcome.SHUT_OUT, error);
    }
    // Anybody can write it into an address, so it is not repeated.
    return PASSING.contains(error)
        ? new ConnectEndException(ConnectOutcome.UNAVAILABLE, error)
        : new ConnectEndException(ConnectOutcome.FAILED, "refused_at_google");
  }
}
