-- Comments in which a filter finds something that their authors are only warned of; a sign at a member's own message
-- says so (shown). reason NULL: nothing is found any more, and the sign is to be taken away.
CREATE TABLE warning (
    comment_id INTEGER PRIMARY KEY REFERENCES comment ON DELETE CASCADE,
    reason TEXT,
    shown INTEGER NOT NULL DEFAULT 0 CHECK (shown IN (0, 1))
) STRICT;

CREATE INDEX warning_to_do ON warning (comment_id) WHERE shown = (reason IS NULL);
