-- An article that another source has taken over, and with it the comments of the former one: those with ids up to
-- done_until bear its name already. Like a comment_change, this is promised once no arrival is there.
CREATE TABLE takeover (
    article_id INTEGER PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    former TEXT NOT NULL,
    source TEXT NOT NULL,
    done_until INTEGER NOT NULL DEFAULT 0
) STRICT;
