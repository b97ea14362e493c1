package dev.millrace.sandbox;

import dev.millrace.sandbox.calendar.CalendarService;
import dev.millrace.sandbox.calendar.Calendars;
import dev.millrace.sandbox.calendar.Channels;
import dev.millrace.sandbox.google.AuthorizationCodes;
import dev.millrace.sandbox.google.Grants;
import dev.millrace.sandbox.google.OAuthClient;
import dev.millrace.sandbox.google.OAuthService;
import dev.millrace.sandbox.http.Faults;
import dev.millrace.sandbox.http.LoopbackServer;
import dev.millrace.sandbox.http.RequestLog;
import dev.millrace.sandbox.mail.MailServer;
import dev.millrace.sandbox.people.AddressBooks;
import dev.millrace.sandbox.people.PeopleService;
import dev.millrace.sandbox.twilio.Phones;
import dev.millrace.sandbox.twilio.SignedPosts;
import dev.millrace.sandbox.twilio.SmsBox;
import dev.millrace.sandbox.twilio.StatusCallbacks;
import dev.millrace.sandbox.twilio.TwilioAccount;
import dev.millrace.sandbox.twilio.TwilioService;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Stand-ins for Google OAuth, Calendar and People, for Twilio, and a mail server, on loopback ports
 * of their own. They are as strict as the real services: what they refuse, the real ones refuse.
 *
 * <pre>{@code
 * try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults())) {
 *   sandbox.properties().forEach(System::setProperty);
 * }
 * }</pre>
 */
public final class Sandbox implements AutoCloseable {

  private static final OAuthClient CLIENT =
      new OAuthClient("millrace.sandbox.apps.googleusercontent.com", "sandbox-client-secret");
  private static final TwilioAccount TWILIO =
      new TwilioAccount("AC00000000000000000000000000005a0d", "sandbox-auth-token", "+15005550006");

  private final List<SandboxUser> users;
  private final Faults faults = new Faults();
  private final RequestLog requests = new RequestLog();
  private final Grants grants;
  private final AuthorizationCodes codes;
  private final Calendars calendars;
  private final AddressBooks contacts;
  private final Channels channels;
  private final SmsBox sms;
  private final SignedPosts posts;
  private final StatusCallbacks callbacks;
  private final Phones phones;
  private final MailServer mail;
  private final LoopbackServer google;
  private final LoopbackServer twilio;

  private Sandbox(SandboxOptions options, List<AutoCloseable> opened) {
    Clock clock = options.clock();
    users = SandboxUsers.from(options.seed());
    grants = new Grants(clock);
    codes = new AuthorizationCodes(clock);
    calendars = new Calendars(clock);
    contacts = new AddressBooks(clock);
    channels = keep(opened, new Channels(clock, options.allowHttpPush()));
    sms = new SmsBox(clock);
    posts = keep(opened, new SignedPosts());
    callbacks = new StatusCallbacks(TWILIO, sms, posts);
    phones = new Phones(TWILIO, sms, posts);
    for (SandboxUser user : users) {
      restore(user);
      calendars.createPrimary(user.email(), user.zone());
      contacts.create(user.email());
    }
    Instant base = options.base() == null ? clock.instant() : options.base();
    if (options.withData()) {
      SandboxData.fill(users, calendars, contacts, base, options.seed());
    }
    List<String> emails = users.stream().map(SandboxUser::email).toList();
    mail = keep(opened, MailServer.start(options.mailPort()));
    google =
        keep(
            opened,
            LoopbackServer.start(
                "Google",
                options.googlePort(),
                List.of(
                    new OAuthService(CLIENT, grants, codes, () -> emails, clock),
                    new CalendarService(calendars, channels, grants, clock),
                    new PeopleService(contacts, grants, clock),
                    new ControlApi(this)),
                faults,
                requests,
                clock));
    twilio =
        keep(
            opened,
            LoopbackServer.start(
                "Twilio",
                options.twilioPort(),
                List.of(new TwilioService(TWILIO, sms, callbacks)),
                faults,
                requests,
                clock));
  }

  private static <T extends AutoCloseable> T keep(List<AutoCloseable> opened, T one) {
    opened.add(0, one);
    return one;
  }

  public static Sandbox start() {
    return start(SandboxOptions.defaults());
  }

  /**
   * Starts all stand-ins.
   *
   * @throws java.io.UncheckedIOException if a port is taken
   */
  public static Sandbox start(SandboxOptions options) {
    List<AutoCloseable> opened = new ArrayList<>();
    try {
      return new Sandbox(options, opened);
    } catch (RuntimeException e) {
      opened.forEach(Sandbox::closeQuietly);
      throw e;
    }
  }

  /** The settings that lead the application here instead of to the real services. */
  public Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    properties.put("google.auth-uri", google.address() + "/o/oauth2/v2/auth");
    properties.put("google.token-uri", google.address() + "/token");
    properties.put("google.revoke-uri", google.address() + "/revoke");
    properties.put("google.calendar-base", google.address() + "/calendar/v3");
    properties.put("google.people-base", google.address() + "/v1");
    properties.put("google.client-id", CLIENT.id());
    properties.put("google.client-secret", CLIENT.secret());
    properties.put("twilio.base", twilio.address() + "/2010-04-01");
    properties.put("twilio.account-sid", TWILIO.sid());
    properties.put("twilio.auth-token", TWILIO.authToken());
    properties.put("twilio.from", TWILIO.number());
    properties.put("spring.mail.host", "127.0.0.1");
    properties.put("spring.mail.port", String.valueOf(mail.port()));
    return properties;
  }

  /** The address of the page that shows what happened here. */
  public String page() {
    return google.address() + "/";
  }

  public List<SandboxUser> users() {
    return users;
  }

  /**
   * One person.
   *
   * @throws IllegalArgumentException if there is no such person
   */
  public SandboxUser user(String email) {
    return users.stream()
        .filter(user -> user.email().equals(email))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The sandbox has no user "
                        + email
                        + "; it has "
                        + users.stream().map(SandboxUser::email).toList()));
  }

  /** Both grants as they were at the start, after a revocation; with the same refresh tokens. */
  public void restoreGrants(String email) {
    restore(user(email));
  }

  private void restore(SandboxUser user) {
    grants.issue(user.email(), user.calendarScopes(), user.calendarRefreshToken());
    grants.issue(user.email(), user.contactsScopes(), user.contactsRefreshToken());
  }

  /** What goes wrong next. */
  public Faults faults() {
    return faults;
  }

  /** What was asked so far. */
  public RequestLog requests() {
    return requests;
  }

  /** Who allowed what; revoke and narrow here. */
  public Grants grants() {
    return grants;
  }

  /** Codes as the consent page hands them out, for tests without a browser. */
  public AuthorizationCodes codes() {
    return codes;
  }

  public Calendars calendars() {
    return calendars;
  }

  public AddressBooks contacts() {
    return contacts;
  }

  /** Push channels and their messages. */
  public Channels channels() {
    return channels;
  }

  /** Text messages sent and received. */
  public SmsBox sms() {
    return sms;
  }

  /** Twilio's reports of what became of messages. */
  public StatusCallbacks callbacks() {
    return callbacks;
  }

  /** Phones that text the account's number. */
  public Phones phones() {
    return phones;
  }

  public MailServer mail() {
    return mail;
  }

  @Override
  public void close() {
    List.of(twilio, google, mail, posts, channels).forEach(Sandbox::closeQuietly);
  }

  private static void closeQuietly(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      throw new IllegalStateException("A part of the sandbox could not be closed", e);
    }
  }
}
