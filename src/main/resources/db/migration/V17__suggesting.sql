-- What a sweep over everybody's suggestions looks for.

-- events to share are looked for among free ones too
CREATE INDEX calendar_events_upcoming ON calendar_events (user_id, start_at) WHERE NOT all_day;
-- an event is proposed once
CREATE INDEX suggestions_event ON suggestions (user_id, google_event_id) WHERE google_event_id IS NOT NULL;
-- whether anybody was offered anything of late
CREATE INDEX suggestions_made ON suggestions (created_at) WHERE replaces_id IS NULL;
-- a contact's suggestions, and those that go when a contact is deleted
CREATE INDEX suggestion_contacts_contact ON suggestion_contacts (contact_id);
-- what an offer became after a move
CREATE INDEX suggestions_replaces ON suggestions (replaces_id) WHERE replaces_id IS NOT NULL;
-- what time alone changes, of all users: offers about to begin, and snoozes that are over
CREATE INDEX suggestions_beginning ON suggestions (slot_start) WHERE state IN ('pending', 'snoozed');
CREATE INDEX suggestions_waking ON suggestions (snoozed_until) WHERE state = 'snoozed';
