package dev.millrace.sms;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code millrace.sms}.
 *
 * @param confirmOptOut whether STOP and START, where they are the whole text, are answered by us;
 *     default false, because Twilio does it for long codes, toll-free numbers and messaging
 *     services, and true would send a second text. A short code on its own needs it
 */
@ConfigurationProperties("millrace.sms")
public record SmsProperties(@DefaultValue("false") boolean confirmOptOut) {}
