package dev.millrace.sms;

import dev.millrace.preference.PhoneVerification;
import dev.millrace.sms.InboundLedger.Done;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Text messages from phones, as {@code routes/http/sms.camel.yaml} takes them step by step. Counted
 * in {@code sms.incoming} by outcome; neither numbers nor texts are logged.
 */
@Component
@EnableConfigurationProperties(SmsProperties.class)
public class InboundMessages {

  private final SmsSenders senders;
  private final InboundLedger ledger;
  private final SuggestionReplies replies;
  private final PhoneVerification verifications;
  private final SmsProperties properties;
  private final MeterRegistry meters;

  InboundMessages(
      SmsSenders senders,
      InboundLedger ledger,
      SuggestionReplies replies,
      PhoneVerification verifications,
      SmsProperties properties,
      MeterRegistry meters) {
    this.senders = senders;
    this.ledger = ledger;
    this.replies = replies;
    this.verifications = verifications;
    this.properties = properties;
    this.meters = meters;
  }

  /** Looks whose it is, what kind of message, and whether it came before; changes nothing. */
  public Heard hear(InboundSms sms) {
    return new Heard(
        sms,
        senders.find(sms.from()).orElse(null),
        Keyword.of(sms),
        ledger.find(sms.sid()).orElse(null));
  }

  /** What a message that came before was answered. */
  public SmsAnswer repeated(Heard heard) {
    count("repeated");
    return heard.before();
  }

  /**
   * A number that is nobody's: the answer does not tell. STOP lasts all the same: nobody gets a
   * code sent there until the phone texts START.
   */
  public SmsAnswer stranger(Heard heard) {
    consent(heard);
    return counted(SmsAnswer.of("unknown_number", null));
  }

  /** STOP and START count whatever the limit says: nobody may be kept from leaving. */
  public SmsAnswer opt(Heard heard) {
    return worked(heard, () -> opted(heard));
  }

  /** One too many within the hour; nothing is done for it. */
  public SmsAnswer tooMany(Heard heard) {
    return worked(heard, () -> quiet(heard, new Done("over_limit", ReplyTexts.TOO_MANY)));
  }

  /** Does what any other message says. */
  public SmsAnswer reply(Heard heard) {
    return worked(heard, () -> done(heard));
  }

  private SmsAnswer worked(Heard heard, Supplier<Done> work) {
    return counted(ledger.once(heard.sms().sid(), heard.sender().user(), work));
  }

  private Done opted(Heard heard) {
    InboundSms sms = heard.sms();
    SmsSender sender = heard.sender();
    // the number's claims before its owner's row, as the proof of a number does
    consent(heard);
    if (heard.keyword() == Keyword.STOP) {
      senders.stop(sender.user(), sms.from());
      return new Done("stop", byUs(sms) ? ReplyTexts.STOPPED : null);
    }
    if (!sender.optedOut()) {
      return new Done("start_needless", answered(sms) ? null : ReplyTexts.NOTHING_TO_START);
    }
    senders.start(sender.user(), sms.from());
    return new Done("start", byUs(sms) ? ReplyTexts.STARTED : null);
  }

  /** What holds for a number, whosever it is. */
  private void consent(Heard heard) {
    if (heard.keyword() == Keyword.STOP) {
      verifications.refuse(heard.sms().from());
    } else if (heard.keyword() == Keyword.START) {
      verifications.allow(heard.sms().from());
    }
  }

  /** Twilio answers the words themselves, and refuses a second answer to STOP. */
  private boolean byUs(InboundSms sms) {
    return !answered(sms) && (properties.confirmOptOut() || !Keyword.alone(sms.text()));
  }

  private static boolean answered(InboundSms sms) {
    return !sms.optOut().isEmpty();
  }

  private Done done(Heard heard) {
    InboundSms sms = heard.sms();
    if (heard.keyword() == Keyword.HELP) {
      // worse to leave somebody without help than to help twice
      return new Done("help", answered(sms) ? null : ReplyTexts.HELP);
    }
    return quiet(
        heard,
        Reply.of(sms.text())
            .map(reply -> replies.reply(heard.sender(), sms.from(), reply))
            .orElseGet(() -> new Done("not_understood", ReplyTexts.NOT_UNDERSTOOD)));
  }

  /** Who wants no text messages gets none, and agrees to nothing that was not shown. */
  private static Done quiet(Heard heard, Done done) {
    return heard.sender().optedOut() ? new Done(done.outcome(), null, done.changed(), null) : done;
  }

  private SmsAnswer counted(SmsAnswer answer) {
    count(answer.outcome());
    return answer;
  }

  /** Counts a message that was not even read. */
  public void count(String outcome) {
    meters.counter("sms.incoming", "outcome", outcome).increment();
  }
}
