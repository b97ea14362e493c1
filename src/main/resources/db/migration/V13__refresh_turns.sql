-- Refreshing a grant, without a database connection held while Google answers.

-- until when somebody asks Google for the next token; others leave it to them, and a dead process keeps nobody off
ALTER TABLE google_connections ADD COLUMN refresh_lease_until timestamptz;

-- a grant whose time is not known is due: its first refresh sets one
ALTER TABLE google_connections ALTER COLUMN next_refresh_at SET DEFAULT now();
