-- The local copy of calendars, and the push channels that say when it is stale.

CREATE TABLE calendars (
  id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  connection_id     uuid NOT NULL REFERENCES google_connections ON DELETE CASCADE,
  user_id           uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  google_id         text NOT NULL,
  name              text NOT NULL,
  time_zone         text NOT NULL DEFAULT 'UTC',
  is_primary        boolean NOT NULL DEFAULT false,
  selected          boolean NOT NULL DEFAULT false,
  removed_at        timestamptz,
  skip_reason       text,                              -- why its events could not be read although it is listed; NULL: they could
  push_unsupported  boolean NOT NULL DEFAULT false,
  sync_token        text,
  query_fingerprint text,                              -- of the fixed parameters the token was issued for
  window_start      timestamptz,                       -- what the full sync behind the token covered
  window_end        timestamptz,
  generation        bigint NOT NULL DEFAULT 0,         -- one more at each full sync: mark and sweep
  full_synced_at    timestamptz,
  synced_at         timestamptz,
  UNIQUE (connection_id, google_id)
);
CREATE INDEX calendars_user ON calendars (user_id);

CREATE TABLE calendar_events (
  calendar_id     uuid NOT NULL REFERENCES calendars ON DELETE CASCADE,
  google_event_id text NOT NULL,
  user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  recurring_id    text,
  event_type      text NOT NULL DEFAULT 'default',
  summary         text,
  location        text,
  start_at        timestamptz NOT NULL,
  end_at          timestamptz NOT NULL,
  all_day         boolean NOT NULL DEFAULT false,
  start_date      date,                                -- all-day events; end_date is exclusive, as Google sends it
  end_date        date,
  time_zone       text,
  busy            boolean NOT NULL,
  self_response   text,                                -- accepted, declined, tentative, needsAction
  etag            text,
  google_updated  timestamptz,
  generation      bigint NOT NULL,
  synced_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (calendar_id, google_event_id),
  CHECK (end_at >= start_at),
  CHECK (NOT all_day OR (start_date IS NOT NULL AND end_date IS NOT NULL))
);
CREATE INDEX calendar_events_busy ON calendar_events (user_id, start_at, end_at) WHERE busy;
-- a deleted series is found by its own id, without reading the whole calendar
CREATE INDEX calendar_events_series ON calendar_events (calendar_id, recurring_id) WHERE recurring_id IS NOT NULL;

CREATE TABLE watch_channels (
  id              uuid PRIMARY KEY,                    -- the channel id that Google is told
  calendar_id     uuid NOT NULL REFERENCES calendars ON DELETE CASCADE,
  resource_id     text,                                -- from the answer to watch, or from the sync message before it
  token_sha256    bytea NOT NULL,
  state           text NOT NULL CHECK (state IN ('pending','active','superseded','stopped','failed')),
  expires_at      timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  confirmed_at    timestamptz,                         -- first "sync" message
  last_message_at timestamptz,                         -- last "exists" message
  last_message_no bigint NOT NULL DEFAULT 0,
  health          text NOT NULL DEFAULT 'ok' CHECK (health IN ('ok','quiet','unconfirmed','missed','failed')),
  checked_at      timestamptz,
  stop_attempts   int NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX watch_channels_one_active ON watch_channels (calendar_id) WHERE state = 'active';
CREATE INDEX watch_channels_expiry ON watch_channels (expires_at) WHERE state = 'active';

CREATE TABLE webhook_messages (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel_id  uuid,                                    -- no foreign key: messages of unknown channels are kept too
  message_no  bigint,
  state       text,
  result      text NOT NULL CHECK (result IN ('accepted','confirmed','duplicate','unknown_channel','bad_token','ignored')),
  received_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX webhook_messages_once ON webhook_messages (channel_id, message_no) WHERE result IN ('accepted','confirmed');
CREATE INDEX webhook_messages_time ON webhook_messages (received_at);
