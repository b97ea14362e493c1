-- Whom to meet and when. The constraints here are what makes generating twice harmless.

CREATE EXTENSION IF NOT EXISTS btree_gist;             -- lets suggestions_no_overlap compare a uuid beside a range

CREATE TYPE suggestion_state AS ENUM ('pending','snoozed','accepted','dismissed','expired','superseded');

CREATE TABLE suggestions (
  id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id          uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  kind             text NOT NULL CHECK (kind IN ('individual','group')),
  trigger          text NOT NULL CHECK (trigger IN ('timebound','shared_activity')),
  state            suggestion_state NOT NULL DEFAULT 'pending',
  slot_start       timestamptz NOT NULL,
  slot_end         timestamptz NOT NULL,
  slot_zone        text NOT NULL,
  reasoning        text NOT NULL,
  priority         numeric(8,2) NOT NULL DEFAULT 0,
  factors          jsonb NOT NULL DEFAULT '{}',
  calendar_id      uuid,                               -- with google_event_id: only for shared_activity
  google_event_id  text,
  replaces_id      uuid REFERENCES suggestions ON DELETE SET NULL,
  snoozed_until    timestamptz,
  dismiss_reason   text,
  first_sent_at    timestamptz,                        -- first message that carried it
  state_changed_at timestamptz NOT NULL DEFAULT now(),
  created_at       timestamptz NOT NULL DEFAULT now(),
  CHECK (slot_end > slot_start),
  CHECK ((state = 'snoozed') = (snoozed_until IS NOT NULL)),
  -- nobody is offered two things at the same time
  CONSTRAINT suggestions_no_overlap EXCLUDE USING gist (user_id WITH =, tstzrange(slot_start, slot_end) WITH &&)
    WHERE (state IN ('pending','accepted') AND trigger = 'timebound')
);
CREATE INDEX suggestions_open ON suggestions (user_id, state, slot_start);

CREATE TABLE suggestion_contacts (
  suggestion_id uuid NOT NULL REFERENCES suggestions ON DELETE CASCADE,
  contact_id    uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
  is_open       boolean NOT NULL DEFAULT true,         -- whether the suggestion is pending or snoozed; kept by the trigger
  PRIMARY KEY (suggestion_id, contact_id)
);
-- a contact is in one open suggestion at most
CREATE UNIQUE INDEX suggestion_contacts_one_open ON suggestion_contacts (contact_id) WHERE is_open;

CREATE FUNCTION suggestion_state_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state IS DISTINCT FROM OLD.state THEN
    NEW.state_changed_at := now();
    UPDATE suggestion_contacts SET is_open = NEW.state IN ('pending','snoozed') WHERE suggestion_id = NEW.id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER suggestion_state_changed BEFORE UPDATE OF state ON suggestions
  FOR EACH ROW EXECUTE FUNCTION suggestion_state_changed();
