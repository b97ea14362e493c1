-- What users tell us: numbers they prove to be theirs, and the text messages they answer with.

ALTER TABLE outbound_messages DROP CONSTRAINT outbound_messages_purpose_check;
-- verification: a code to a number that is not the user's yet
ALTER TABLE outbound_messages ADD CONSTRAINT outbound_messages_purpose_check
  CHECK (purpose IN ('digest','realtime','token_notice','reminder','verification'));
-- nobody's phone is flooded with codes, whoever asks for them
CREATE INDEX outbound_verifications ON outbound_messages (to_address, created_at) WHERE purpose = 'verification';

-- A number that a user claims. It is user_phones' only once proved, so a stranger's claim keeps nobody from a number.
CREATE TABLE phone_verifications (
  user_id      uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  e164         text NOT NULL CHECK (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  message_id   uuid NOT NULL,                          -- the text message that has the code
  code_salt    bytea NOT NULL,
  code_hash    bytea NOT NULL,                         -- SHA-256 of salt and code
  tries        smallint NOT NULL DEFAULT 0,
  consented_at timestamptz NOT NULL,                   -- when the user agreed to get text messages there
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL
);
CREATE INDEX phone_verifications_number ON phone_verifications (e164);
CREATE INDEX phone_verifications_time ON phone_verifications (created_at);

-- Numbers whose owner texted STOP: nobody gets a code sent there until START comes from them.
CREATE TABLE refused_numbers (
  number_hash bytea PRIMARY KEY,                       -- HMAC-SHA256 with a key of the application: most are nobody's here
  refused_at  timestamptz NOT NULL
);

-- Text messages that were worked on, so that one that Twilio delivers twice is answered twice and done once.
CREATE TABLE sms_inbound (
  message_sid text PRIMARY KEY,
  user_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  outcome     text NOT NULL,
  answer      text,                                    -- NULL: nothing is answered
  -- the new time that the answer asks to confirm, and the number by which it does so, of which message
  list_id     uuid,
  position    smallint,
  offered_id  uuid REFERENCES suggestions ON DELETE SET NULL,
  received_at timestamptz NOT NULL
);
CREATE INDEX sms_inbound_user ON sms_inbound (user_id, received_at DESC);
CREATE INDEX sms_inbound_time ON sms_inbound (received_at);

-- Whether e-mail keeps quiet hours too.
ALTER TABLE notification_preferences ADD COLUMN email_quiet_hours boolean NOT NULL DEFAULT false;
