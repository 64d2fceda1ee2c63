-- For a few minutes each: members' comments whose messages somebody deleted, and what Discord's audit log says of
-- moderators' deletions. It names whose messages they deleted and where (nobody for our own and for many at once), but
-- not which; matched is set once it is known.
CREATE TABLE fresh_deletion (
    comment_id INTEGER PRIMARY KEY REFERENCES comment ON DELETE CASCADE,
    channel_id INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE audit_note (
    entry_id INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    user_id INTEGER,
    many INTEGER NOT NULL CHECK (many IN (0, 1)),
    at INTEGER NOT NULL,
    matched INTEGER NOT NULL DEFAULT 0 CHECK (matched IN (0, 1))
) STRICT;
