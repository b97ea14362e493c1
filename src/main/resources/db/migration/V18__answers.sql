-- What users answered, and what keeps them from being told the same twice.

ALTER TABLE suggestions
  ADD COLUMN answered_at  timestamptz,                 -- the user's latest word: accepted, dismissed or snoozed
  ADD COLUMN confirmed_at timestamptz,                 -- after an accepted slot: when the user said whether they met
  ADD COLUMN met          boolean,
  ADD CHECK ((met IS NULL) = (confirmed_at IS NULL));
CREATE INDEX suggestions_answered ON suggestions (user_id, answered_at DESC) WHERE answered_at IS NOT NULL;

-- What a message is about: it is withdrawn once all of that is settled.
CREATE TABLE notice_messages (
  notice_id  uuid NOT NULL REFERENCES notices ON DELETE CASCADE,
  message_id uuid NOT NULL REFERENCES outbound_messages ON DELETE CASCADE,
  PRIMARY KEY (notice_id, message_id)
);
CREATE INDEX notice_messages_message ON notice_messages (message_id);

-- what is deleted or blanked after a while
CREATE INDEX notices_resolved ON notices (resolved_at) WHERE resolved_at IS NOT NULL;
CREATE INDEX outbound_texts ON outbound_messages (created_at) WHERE body <> '';

-- The latest local day with a message of a purpose: a user has one a day at most, whatever the zone becomes.
CREATE TABLE message_days (
  user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  purpose    text NOT NULL CHECK (purpose IN ('token_notice','reminder')),
  local_date date NOT NULL,                            -- in the zone of then
  written_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, purpose)
);
