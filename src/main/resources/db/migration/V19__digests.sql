-- What keeps a local date from getting two digests when its user travels.

ALTER TABLE notification_preferences
  ADD COLUMN last_digest_date date,                    -- local date of the last digest that was written
  ADD COLUMN last_digest_at   timestamptz;             -- when it was written

