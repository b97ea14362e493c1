-- Whom the user wants to keep in touch with. Google fills it; what the user changed here stays the user's.

CREATE TYPE contact_freq AS ENUM ('daily','weekly','biweekly','monthly','quarterly','yearly','flexible','na');

CREATE TABLE contacts_sync (
  connection_id     uuid PRIMARY KEY REFERENCES google_connections ON DELETE CASCADE,
  sync_token        text,
  token_full_at     timestamptz,                       -- end of the full sync behind the token: its seven days start here
  query_fingerprint text,
  generation        bigint NOT NULL DEFAULT 0
);

CREATE TABLE contacts (
  id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id              uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  name                 text NOT NULL,
  organization         text,
  location             text,
  time_zone            text,
  notes                text,                           -- the user's own; no sync writes it
  frequency            contact_freq NOT NULL DEFAULT 'monthly',
  close_friend         boolean NOT NULL DEFAULT false,
  last_contact_at      timestamptz,
  do_not_suggest_until timestamptz,                    -- rest after a dismissal
  source               text NOT NULL DEFAULT 'manual' CHECK (source IN ('manual','google')),
  google_resource      text,                           -- people/c...
  google_etag          text,
  google_generation    bigint,
  user_edited          text[] NOT NULL DEFAULT '{}',   -- columns that a sync must leave alone
  archived_at          timestamptz,
  archived_by          text CHECK (archived_by IN ('user','google_delete')),
  created_at           timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX contacts_google_uq ON contacts (user_id, google_resource) WHERE google_resource IS NOT NULL;
CREATE INDEX contacts_due ON contacts (user_id, last_contact_at) WHERE archived_at IS NULL;

CREATE TABLE contact_points (
  contact_id uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
  user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  kind       text NOT NULL CHECK (kind IN ('email','phone')),
  value      text NOT NULL,                            -- lower-case address, or E.164 where the number can be parsed
  is_primary boolean NOT NULL DEFAULT false,
  source     text NOT NULL DEFAULT 'manual',
  PRIMARY KEY (contact_id, kind, value)
);
CREATE INDEX contact_points_lookup ON contact_points (user_id, kind, value);

CREATE TABLE contact_groups (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  name        text NOT NULL,
  archived_at timestamptz
);
CREATE UNIQUE INDEX contact_groups_name ON contact_groups (user_id, lower(name)) WHERE archived_at IS NULL;

CREATE TABLE contact_group_members (
  group_id   uuid NOT NULL REFERENCES contact_groups ON DELETE CASCADE,
  contact_id uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
  source     text NOT NULL DEFAULT 'manual',
  PRIMARY KEY (group_id, contact_id)
);
CREATE INDEX contact_group_members_contact ON contact_group_members (contact_id);

CREATE TABLE contact_tags (
  contact_id uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
  tag        text NOT NULL,                            -- lower-case
  PRIMARY KEY (contact_id, tag)
);

CREATE TABLE google_groups (
  connection_id  uuid NOT NULL REFERENCES google_connections ON DELETE CASCADE,
  resource_name  text NOT NULL,                        -- contactGroups/...
  name           text NOT NULL,
  member_count   int NOT NULL DEFAULT 0,
  mapping        text NOT NULL DEFAULT 'pending' CHECK (mapping IN ('pending','approved','rejected')),
  group_id       uuid REFERENCES contact_groups ON DELETE SET NULL,
  suggest_action text CHECK (suggest_action IN ('create_new','map_to_existing')),
  suggest_group  uuid REFERENCES contact_groups ON DELETE SET NULL,
  suggest_score  numeric(3,2),
  removed_at     timestamptz,
  PRIMARY KEY (connection_id, resource_name)
);

CREATE TABLE google_group_members (
  contact_id    uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
  resource_name text NOT NULL,
  PRIMARY KEY (contact_id, resource_name)
);

CREATE TABLE interactions (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id       uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  contact_id    uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
  happened_at   timestamptz NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('hangout','call','text','calendar_event')),
  suggestion_id uuid,
  notes         text
);
CREATE INDEX interactions_contact ON interactions (contact_id, happened_at DESC);
