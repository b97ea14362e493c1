-- the ninety days' retention deletes over all connections
CREATE INDEX sync_runs_time ON sync_runs (finished_at);
