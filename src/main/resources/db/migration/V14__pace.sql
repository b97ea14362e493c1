-- Whether Google announces what changes, and the pace that follows from it.

-- Connections of which every calendar that is read has a channel known to work, and how long all of them last.
CREATE VIEW pushed_connections AS
SELECT c.connection_id, min(w.expires_at) AS until
FROM calendars c
LEFT JOIN watch_channels w ON w.calendar_id = c.id AND w.state = 'active'
  AND w.confirmed_at IS NOT NULL AND w.health IN ('ok', 'quiet')
WHERE c.selected AND c.removed_at IS NULL
GROUP BY c.connection_id
HAVING count(*) = count(w.id);

-- which of the two paces the interval was reckoned by
ALTER TABLE sync_state ADD COLUMN pushed boolean NOT NULL DEFAULT false;
