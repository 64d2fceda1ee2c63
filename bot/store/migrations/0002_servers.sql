-- What a server has decided for itself. Nothing (NULL) in language: what Discord says the server speaks (locale).
CREATE TABLE server (
    guild_id INTEGER PRIMARY KEY,
    locale TEXT,
    language TEXT CHECK (language IN ('en', 'uk')),
    log_channel_id INTEGER,
    mode TEXT NOT NULL DEFAULT 'open' CHECK (mode IN ('open', 'first_held', 'all_held'))
) STRICT;

-- Whoever has one of these roles may moderate discussions without Discord's Manage Messages.
CREATE TABLE moderator_role (
    guild_id INTEGER NOT NULL,
    role_id INTEGER NOT NULL,
    PRIMARY KEY (guild_id, role_id)
) STRICT, WITHOUT ROWID;

-- The audit trail: who (actor_id; nobody is known where Discord does not tell) did what, and to what: a comment,
-- a person (user_id), a publication. details is JSON, and never holds a comment's text.
CREATE TABLE trail_entry (
    id INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    actor_id INTEGER,
    comment_id INTEGER REFERENCES comment ON DELETE SET NULL,
    user_id INTEGER,
    publication_id INTEGER REFERENCES publication ON DELETE SET NULL,
    reason TEXT,
    details TEXT NOT NULL DEFAULT '{}',
    undone_by INTEGER REFERENCES trail_entry ON DELETE SET NULL
) STRICT;

CREATE INDEX trail_by_guild ON trail_entry (guild_id, id);
CREATE INDEX trail_by_comment ON trail_entry (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX trail_by_publication ON trail_entry (publication_id) WHERE publication_id IS NOT NULL;
CREATE INDEX trail_by_undone ON trail_entry (undone_by) WHERE undone_by IS NOT NULL;
CREATE INDEX trail_by_user ON trail_entry (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX trail_by_actor ON trail_entry (actor_id) WHERE actor_id IS NOT NULL;

-- Members' messages that we remove from Discord. tried_at is written before Discord is asked, so that a deletion that
-- is heard of afterwards is ours and not the author's withdrawal; the row stays, for it may be heard of again much
-- later. error is a sentence for a moderator where Discord refused: then the message is still there.
CREATE TABLE removal (
    message_id INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL,
    requested_at INTEGER NOT NULL,
    tried_at INTEGER,
    removed_at INTEGER,
    error TEXT,
    CHECK (removed_at IS NULL OR tried_at IS NOT NULL),
    CHECK (error IS NULL OR tried_at IS NULL)
) STRICT;

CREATE INDEX removal_to_do ON removal (tried_at, requested_at) WHERE removed_at IS NULL AND error IS NULL;
