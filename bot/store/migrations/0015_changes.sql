-- What an import wants of comments that were there before: brought to what the source holds (with whole, also to where
-- it has them), withdrawn, or hidden as left out. While the import's own mark (arrival) is there, nothing of this holds
-- yet. Once that is gone all of it is promised and done, in this order, some at a time: by the import, or if it was
-- killed, by the bot or the next import.
CREATE TABLE comment_change (
    id INTEGER PRIMARY KEY,
    comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('brought', 'withdrawn', 'left_out')),
    whole INTEGER NOT NULL CHECK (whole IN (0, 1)),
    commenter_id INTEGER REFERENCES commenter,
    status TEXT,
    text TEXT,
    created_at INTEGER,
    edited_at INTEGER,
    parent_id INTEGER,
    section_id INTEGER,
    identity BLOB,
    source_rank INTEGER,
    CHECK ((kind = 'brought') = (status IS NOT NULL AND text IS NOT NULL))
) STRICT;

CREATE INDEX comment_change_by_comment ON comment_change (comment_id);
CREATE INDEX comment_change_by_commenter ON comment_change (commenter_id) WHERE commenter_id IS NOT NULL;

-- What somebody erases meanwhile is not to stand here either.
CREATE TRIGGER comment_change_erased AFTER UPDATE OF status ON comment
WHEN NEW.status = 'deleted' AND OLD.status <> 'deleted'
BEGIN
    UPDATE comment_change SET text = '' WHERE comment_id = NEW.id AND kind = 'brought';
END;
