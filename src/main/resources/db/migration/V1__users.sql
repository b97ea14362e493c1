-- The people who use the application, and when they may be reached.
-- Instants are timestamptz (UTC). A wall-clock rule is a date or time read in users.time_zone, the only copy of the zone.

CREATE TABLE users (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email       text NOT NULL,
  name        text,
  time_zone   text NOT NULL DEFAULT 'UTC',             -- IANA id; the writer validates it
  is_admin    boolean NOT NULL DEFAULT false,
  created_at  timestamptz NOT NULL DEFAULT now(),
  deleted_at  timestamptz
);
CREATE UNIQUE INDEX users_email_uq ON users (lower(email)) WHERE deleted_at IS NULL;

CREATE TABLE user_phones (
  user_id       uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  e164          text NOT NULL UNIQUE CHECK (e164 ~ '^\+[1-9][0-9]{6,14}$'),
  verified_at   timestamptz,
  opted_out_at  timestamptz,                           -- the user wrote STOP, or Twilio answered 21610
  unusable_code int,                                   -- the last Twilio code that will not heal by itself
  updated_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE notification_preferences (
  user_id          uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  sms_enabled      boolean NOT NULL DEFAULT true,      -- counts only with a verified phone that has not opted out
  email_enabled    boolean NOT NULL DEFAULT true,
  digest_day       smallint NOT NULL DEFAULT 0 CHECK (digest_day BETWEEN 0 AND 6),  -- 0 is Sunday
  digest_time      time NOT NULL DEFAULT '09:00',
  quiet_start      time NOT NULL DEFAULT '21:00',      -- later than quiet_end: over midnight; equal: no quiet hours
  quiet_end        time NOT NULL DEFAULT '08:00',
  paused_until     timestamptz,
  next_digest_date date,                               -- local date of the next digest: what makes it happen once
  next_digest_at   timestamptz,                        -- the same occurrence as an instant: what makes it due
  updated_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX notification_preferences_due ON notification_preferences (next_digest_at);

CREATE TABLE availability_rules (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  kind        text NOT NULL CHECK (kind IN ('available','commute','night')),
  day_of_week smallint CHECK (day_of_week BETWEEN 0 AND 6),  -- NULL: every day
  start_time  time NOT NULL,
  end_time    time NOT NULL                            -- before start_time: over midnight
);
CREATE INDEX availability_rules_user ON availability_rules (user_id);
