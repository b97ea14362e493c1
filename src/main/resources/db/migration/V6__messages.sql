-- What the user must be told, and every message that left or will leave.

CREATE TYPE msg_channel AS ENUM ('sms','email');
CREATE TYPE msg_state   AS ENUM ('queued','sending','sent','delivered','undelivered','failed','unknown','suppressed');

CREATE TABLE notices (
  id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id          uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  kind             text NOT NULL CHECK (kind IN ('token_invalid','token_expiring_soon','group_mapping_review','suggestion_unanswered','suggestion_conflict')),
  subject_key      text NOT NULL,                      -- id of the connection, suggestion, ... it is about
  opened_at        timestamptz NOT NULL DEFAULT now(),
  resolved_at      timestamptz,
  resolution       text,
  stage            smallint NOT NULL DEFAULT 0,        -- messages already sent for it
  next_reminder_at timestamptz
);
CREATE UNIQUE INDEX notices_one_open ON notices (user_id, kind, subject_key) WHERE resolved_at IS NULL;
CREATE INDEX notices_due ON notices (next_reminder_at) WHERE resolved_at IS NULL;

-- Outbox and ledger in one: a row is written before anything is sent, and its dedup_key keeps it single.
CREATE TABLE outbound_messages (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id       uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  channel       msg_channel NOT NULL,
  purpose       text NOT NULL CHECK (purpose IN ('digest','realtime','token_notice','reminder')),
  dedup_key     text NOT NULL UNIQUE,                  -- e.g. digest:<user>:<local date>:sms
  to_address    text NOT NULL,                         -- of the user, never of a contact
  subject       text,
  body          text NOT NULL,
  body_html     text,
  state         msg_state NOT NULL DEFAULT 'queued',
  state_reason  text,
  not_before    timestamptz NOT NULL DEFAULT now(),    -- quiet hours, rate limits
  expires_at    timestamptz NOT NULL,                  -- from here on it is suppressed: too late is worse than never
  attempts      int NOT NULL DEFAULT 0,
  provider_id   text,                                  -- Twilio SID or Message-ID
  provider_code text,
  claimed_at    timestamptz,
  sent_at       timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbound_due ON outbound_messages (not_before) WHERE state IN ('queued','sending','unknown');
CREATE INDEX outbound_provider ON outbound_messages (provider_id) WHERE provider_id IS NOT NULL;
-- limits by hour and by local day count a user's latest messages
CREATE INDEX outbound_user ON outbound_messages (user_id, created_at DESC);

CREATE TABLE digest_items (
  message_id    uuid NOT NULL REFERENCES outbound_messages ON DELETE CASCADE,
  position      smallint NOT NULL,                     -- the number a reply names
  suggestion_id uuid NOT NULL REFERENCES suggestions ON DELETE CASCADE,
  PRIMARY KEY (message_id, position),
  UNIQUE (message_id, suggestion_id)
);
