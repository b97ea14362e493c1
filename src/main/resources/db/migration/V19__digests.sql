-- What keeps a local date from getting two digests when its user travels, and what deliveries count.

ALTER TABLE notification_preferences
  ADD COLUMN last_digest_date date,                    -- local date of the last digest that was written
  ADD COLUMN last_digest_at   timestamptz;             -- when it could arrive; later than it was written in quiet hours

ALTER TABLE outbound_messages
  ADD COLUMN refusals int NOT NULL DEFAULT 0;          -- attempts that certainly came to nothing; attempts counts the others

-- how many of the last hour's messages failed
CREATE INDEX outbound_claimed ON outbound_messages (claimed_at);
