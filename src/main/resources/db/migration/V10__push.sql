-- What push channels need to be judged by.

-- why it was opened: connect, missing, expiring, unconfirmed, missed
ALTER TABLE watch_channels ADD COLUMN reason text;

-- the history of one calendar's channels; deleting a calendar looks for them too
CREATE INDEX watch_channels_calendar ON watch_channels (calendar_id, created_at);

-- push messages that were answered 503: they left no row in webhook_messages
CREATE TABLE webhook_failures (
  hour  timestamptz PRIMARY KEY,
  count bigint NOT NULL
);
