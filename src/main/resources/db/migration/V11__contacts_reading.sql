-- What keeps reading Google contacts whole across crashes and instances.

ALTER TABLE contacts_sync
  ADD COLUMN last_read_at  timestamptz,                 -- last read to its end: contacts made before were there before
  ADD COLUMN full_turn_at  timestamptz,                 -- when a full read that found no room may ask again
  ADD COLUMN groups_wanted boolean NOT NULL DEFAULT true; -- the copy of the list of groups is out of date
CREATE INDEX contacts_sync_turns ON contacts_sync (full_turn_at) WHERE full_turn_at IS NOT NULL;

-- full reads under way, of all instances; whoever dies gives the place back when its time is over
CREATE TABLE full_read_places (
  place      int PRIMARY KEY,
  owner      text,
  held_until timestamptz
);

-- the read that listed it last
ALTER TABLE google_groups ADD COLUMN seen_in uuid;
CREATE INDEX google_group_members_group ON google_group_members (resource_name);
