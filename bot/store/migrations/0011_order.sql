-- How order is kept in the discussion of a publication; without a row it is as by default. mode NULL: the server's.
-- locked: by a moderator, or as closes_at has passed. What Oped last made its threads is in thread_locked and
-- thread_slowmode; NULL there: not known, as a request that would change it may be on its way.
CREATE TABLE discussion (
    publication_id INTEGER PRIMARY KEY REFERENCES publication ON DELETE CASCADE,
    mode TEXT CHECK (mode IN ('open', 'first_held', 'all_held')),
    locked INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1)),
    slowmode INTEGER CHECK (slowmode BETWEEN 0 AND 21600),
    closes_at INTEGER,
    thread_locked INTEGER DEFAULT 0 CHECK (thread_locked IN (0, 1)),
    thread_slowmode INTEGER
) STRICT;

CREATE INDEX discussion_by_closing ON discussion (closes_at) WHERE closes_at IS NOT NULL;

-- Comments that wait for a moderator, and why: because of the mode, or what filter found something. One whose author
-- was asked to change it (note) is back in the queue once they have.
CREATE TABLE held_comment (
    comment_id INTEGER PRIMARY KEY REFERENCES comment ON DELETE CASCADE,
    guild_id INTEGER NOT NULL,
    publication_id INTEGER NOT NULL REFERENCES publication ON DELETE CASCADE,
    reason TEXT NOT NULL,
    note TEXT
) STRICT;

CREATE INDEX held_comment_queue ON held_comment (guild_id, comment_id, publication_id, note) WHERE note IS NULL;
CREATE INDEX held_comment_by_publication ON held_comment (publication_id);

-- Whatever ends a comment's waiting takes it out of the queue: approved, rejected, withdrawn, erased.
CREATE TRIGGER held_comment_ends AFTER UPDATE OF status ON comment
WHEN old.status = 'pending' AND new.status <> 'pending'
BEGIN
    DELETE FROM held_comment WHERE comment_id = new.id;
END;

-- Every message is stored before the gate judges it: one that is held was no news, until it is approved.
CREATE TRIGGER held_comment_is_no_news AFTER UPDATE OF status ON comment
WHEN old.status = 'visible' AND new.status = 'pending'
BEGIN
    DELETE FROM news WHERE comment_id = new.id;
END;

-- What a server wants to be looked for in comments; words is a JSON array.
CREATE TABLE filter (
    guild_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('words', 'links', 'invites', 'repeats', 'newcomers')),
    action TEXT NOT NULL CHECK (action IN ('warn', 'hold', 'hide')),
    words TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (guild_id, kind)
) STRICT, WITHOUT ROWID;
