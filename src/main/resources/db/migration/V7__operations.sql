-- What ran, and what an operator must look at.

CREATE TABLE job_runs (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  queue       text NOT NULL,
  job_id      text NOT NULL,
  attempt     int NOT NULL,
  mode        text NOT NULL CHECK (mode IN ('legacy','pooled','polling')),
  outcome     text CHECK (outcome IN ('completed','skipped','retry','delayed','failed')),
  reason      text,
  result      jsonb,
  started_at  timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  UNIQUE (queue, job_id, attempt, started_at)
);
CREATE INDEX job_runs_queue ON job_runs (queue, started_at DESC);
-- the thirty days' retention deletes over all queues
CREATE INDEX job_runs_time ON job_runs (started_at);

CREATE TABLE admin_alerts (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind      text NOT NULL,
  dedup_key text NOT NULL,
  detail    jsonb NOT NULL DEFAULT '{}',
  count     int NOT NULL DEFAULT 1,
  first_at  timestamptz NOT NULL DEFAULT now(),
  last_at   timestamptz NOT NULL DEFAULT now(),
  closed_at timestamptz
);
CREATE UNIQUE INDEX admin_alerts_open ON admin_alerts (dedup_key) WHERE closed_at IS NULL;
