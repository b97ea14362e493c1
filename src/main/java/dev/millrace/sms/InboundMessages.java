package dev.millrace.sms;

import dev.millrace.preference.PhoneVerification;
import dev.millrace.sms.InboundLedger.Done;
import io.micrometer.core.instrument.MeterRegistry;
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
   * A number that is nobody's: the answer does not tell. STOP ends what somebody has claimed by it.
   */
  public SmsAnswer stranger(Heard heard) {
    if (heard.keyword() == Keyword.STOP) {
      verifications.refuse(heard.sms().from());
    }
    return counted(SmsAnswer.of("unknown_number", null));
  }

  /** STOP and START count whatever the limit says: nobody may be kept from leaving. */
  public SmsAnswer opt(Heard heard) {
    return counted(ledger.once(heard.sms().sid(), heard.sender().user(), () -> opted(heard)));
  }

  /** One too many within the hour; nothing is done for it. */
  public SmsAnswer tooMany(Heard heard) {
    return counted(SmsAnswer.of("over_limit", ReplyTexts.TOO_MANY));
  }

  /** Does what any other message says. */
  public SmsAnswer reply(Heard heard) {
    return counted(ledger.once(heard.sms().sid(), heard.sender().user(), () -> done(heard)));
  }

  private Done opted(Heard heard) {
    InboundSms sms = heard.sms();
    SmsSender sender = heard.sender();
    if (heard.keyword() == Keyword.STOP) {
      senders.stop(sender.user(), sms.from());
      return new Done("stop", confirmed(sms, ReplyTexts.STOPPED));
    }
    if (!sender.optedOut()) {
      return new Done("start_needless", answered(sms) ? null : ReplyTexts.NOTHING_TO_START);
    }
    senders.start(sender.user(), sms.from());
    return new Done("start", confirmed(sms, ReplyTexts.STARTED));
  }

  /** Twilio confirms by itself, and refuses a second answer to STOP. */
  private String confirmed(InboundSms sms, String text) {
    return properties.confirmOptOut() && !answered(sms) ? text : null;
  }

  private static boolean answered(InboundSms sms) {
    return !sms.optOut().isEmpty();
  }

  private Done done(Heard heard) {
    InboundSms sms = heard.sms();
    if (heard.keyword() == Keyword.HELP) {
      return new Done("help", answered(sms) ? null : ReplyTexts.HELP);
    }
    return Reply.of(sms.text())
        .map(reply -> replies.reply(heard.sender(), sms.from(), reply))
        .orElseGet(() -> new Done("not_understood", ReplyTexts.NOT_UNDERSTOOD));
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
