-- Who may not take part for a time (until) or until further notice, and why.
CREATE TABLE sanction (
    guild_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('mute', 'ban')),
    until INTEGER,
    reason TEXT,
    PRIMARY KEY (guild_id, user_id, kind)
) STRICT, WITHOUT ROWID;

-- What members reported about one comment, gathered to one case until a moderator closes it.
CREATE TABLE report_case (
    id INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;

CREATE UNIQUE INDEX report_case_one_open ON report_case (guild_id, comment_id) WHERE closed_at IS NULL;
CREATE INDEX report_case_to_do ON report_case (guild_id, id) WHERE closed_at IS NULL;
CREATE INDEX report_case_by_comment ON report_case (comment_id);

CREATE TABLE report (
    case_id INTEGER NOT NULL REFERENCES report_case ON DELETE CASCADE,
    user_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (case_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX report_by_user ON report (user_id);
