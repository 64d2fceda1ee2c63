-- Members of whom nothing is to be stored: their ids, and nothing else.
CREATE TABLE opt_out (
    user_id INTEGER PRIMARY KEY
) STRICT;

-- Members who had everything erased, and when. What they wrote before must not be stored again by a catch-up, nor
-- come back with an older backup: kept for as long as such a backup is.
CREATE TABLE erasure (
    user_id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;

-- Servers that the bot was removed from, and since when: what is stored of them is purged after a while.
CREATE TABLE departure (
    guild_id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;

-- Members who say that an imported comment is theirs, and what the moderators of the server where they said so think.
CREATE TABLE claim (
    id INTEGER PRIMARY KEY,
    comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
    user_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'confirmed', 'refused')),
    UNIQUE (comment_id, user_id)
) STRICT;

CREATE UNIQUE INDEX claim_one_confirmed ON claim (comment_id) WHERE state = 'confirmed';
CREATE INDEX claim_by_user ON claim (user_id);
CREATE INDEX claim_by_guild ON claim (guild_id, state, id);

-- What is purged with a server is found by its publications; to delete one, SQLite looks for what refers to it.
CREATE INDEX comment_by_publication ON comment (publication_id) WHERE publication_id IS NOT NULL;
