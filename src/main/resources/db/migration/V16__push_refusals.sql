-- when Google refused to open this channel in a way that asking again soon does not change
ALTER TABLE watch_channels ADD COLUMN refused_at timestamptz;
