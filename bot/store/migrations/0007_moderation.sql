-- Where an entry is to be told to the server's moderators, as that was when it was made, and the message that does.
ALTER TABLE trail_entry ADD COLUMN log_channel_id INTEGER;
ALTER TABLE trail_entry ADD COLUMN log_message_id INTEGER;

CREATE INDEX trail_to_tell ON trail_entry (id) WHERE log_channel_id IS NOT NULL AND log_message_id IS NULL;
