package dev.millrace.sms;

import java.time.ZoneId;
import java.util.UUID;

/** A user whose verified phone a message came from. */
record SmsSender(UUID user, ZoneId zone, boolean optedOut) {}
