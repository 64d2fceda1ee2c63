-- What tells a member that a comment was answered which they entered by form: Discord itself says so only to those who
-- wrote a message of their own. No message yet: it is to be sent, or the outcome is not known.
CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    publication_id INTEGER NOT NULL REFERENCES publication ON DELETE CASCADE,
    comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
    nonce TEXT NOT NULL UNIQUE CHECK (length(nonce) <= 25),
    at INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    message_id INTEGER UNIQUE
) STRICT;

CREATE INDEX notice_by_user ON notice (user_id, publication_id, at);
CREATE INDEX notice_by_publication ON notice (publication_id);
CREATE INDEX notice_by_comment ON notice (comment_id);
CREATE INDEX notice_to_send ON notice (id) WHERE message_id IS NULL;

-- A notice that is forgotten, for whatever reason, leaves the channel too.
CREATE TRIGGER notice_forgotten AFTER DELETE ON notice WHEN OLD.message_id IS NOT NULL
BEGIN
    INSERT INTO removal (message_id, channel_id, requested_at)
    VALUES (OLD.message_id, OLD.channel_id, unixepoch() * 1000) ON CONFLICT DO NOTHING;
END;

-- Who does not want to be told.
CREATE TABLE notice_refusal (
    user_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    PRIMARY KEY (user_id, guild_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX notice_refusal_by_guild ON notice_refusal (guild_id);
