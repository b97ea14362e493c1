-- What a user granted at Google, and the state of keeping a local copy by it.

CREATE TYPE integration   AS ENUM ('google_calendar','google_contacts');
CREATE TYPE grant_status  AS ENUM ('active','needs_reauth','disconnected');
CREATE TYPE breaker_state AS ENUM ('closed','open','half_open');

CREATE TABLE google_connections (
  id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id            uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  integration        integration NOT NULL,
  google_email       text,
  scopes             text[] NOT NULL DEFAULT '{}',
  access_token_enc   bytea,                            -- AES-256-GCM: IV, tag, ciphertext
  access_expires_at  timestamptz,
  refresh_token_enc  bytea,
  refresh_expires_at timestamptz,                      -- only of grants that Google limits in time
  enc_key_id         text NOT NULL DEFAULT 'k1',
  status             grant_status NOT NULL DEFAULT 'active',
  status_reason      text,                             -- invalid_grant, no_refresh_token, scope_missing, ...
  status_changed_at  timestamptz NOT NULL DEFAULT now(),
  refresh_failures   int NOT NULL DEFAULT 0,           -- transient ones in a row; never a reason to change the status
  last_refreshed_at  timestamptz,
  next_refresh_at    timestamptz,
  token_version      int NOT NULL DEFAULT 0,           -- one more at each stored refresh; the compare-and-set
  connected_at       timestamptz NOT NULL DEFAULT now(),
  UNIQUE (user_id, integration),
  CHECK (status <> 'active' OR refresh_token_enc IS NOT NULL)
);
-- id belongs to the index because the sweep pages by (next_refresh_at, id)
CREATE INDEX google_connections_refresh ON google_connections (next_refresh_at, id) WHERE status = 'active';

-- One row a connection: when it is synced next, its breaker, and who syncs it now.
CREATE TABLE sync_state (
  connection_id    uuid PRIMARY KEY REFERENCES google_connections ON DELETE CASCADE,
  interval_s       int NOT NULL CHECK (interval_s > 0),
  no_change_runs   int NOT NULL DEFAULT 0,
  failures         int NOT NULL DEFAULT 0,
  last_attempt_at  timestamptz,
  last_success_at  timestamptz,
  next_sync_at     timestamptz NOT NULL,
  onboarding_until timestamptz,
  listed_at        timestamptz,                        -- last complete read of calendarList: pushes skip it for a day
  breaker          breaker_state NOT NULL DEFAULT 'closed',
  breaker_retry_at timestamptz,
  lease_owner      text,
  lease_until      timestamptz
);
CREATE INDEX sync_state_due ON sync_state (next_sync_at);

CREATE TABLE sync_runs (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  connection_id uuid NOT NULL REFERENCES google_connections ON DELETE CASCADE,
  job_id        text,
  trigger       text NOT NULL CHECK (trigger IN ('initial','scheduled','webhook','manual','reconnect','probe','renewal')),
  mode          text NOT NULL CHECK (mode IN ('full','incremental','none')),
  result        text NOT NULL CHECK (result IN ('success','failure','skipped')),
  reason        text,                                  -- needs_reauth, breaker_open, http_503, ...
  pages         int NOT NULL DEFAULT 0,
  upserted      int NOT NULL DEFAULT 0,
  deleted       int NOT NULL DEFAULT 0,
  api_calls     int NOT NULL DEFAULT 0,
  started_at    timestamptz NOT NULL,
  finished_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sync_runs_conn ON sync_runs (connection_id, finished_at DESC);
