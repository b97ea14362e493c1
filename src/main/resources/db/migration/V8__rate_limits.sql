-- Quotas that were changed while the application runs, read by every replica; a limit without a row is as configured.

CREATE TABLE rate_limit_quotas (
  name       text PRIMARY KEY,
  quota      bigint NOT NULL CHECK (quota > 0),
  changed_at timestamptz NOT NULL
);
