-- What somebody wants read, kept where merging jobs cannot lose it, and why a run ran.

-- of calendars that a push, a new channel or a probe is about; null once they were read
ALTER TABLE calendars ADD COLUMN wanted_at timestamptz;

-- a full read was asked for while another job stood for it; null once it was done
ALTER TABLE contacts_sync ADD COLUMN full_wanted_at timestamptz;

-- the job's own word for it: a sync's trigger or a renewal's reason
ALTER TABLE job_runs ADD COLUMN trigger text;
