/** Text messages that users write to us, and what Twilio reports of those that we wrote. */
package dev.millrace.sms;
