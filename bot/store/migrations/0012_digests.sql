-- Who asked for what is new by direct message: every so many hours, next at that time.
CREATE TABLE digest (
    user_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    hours INTEGER NOT NULL CHECK (hours > 0),
    next_at INTEGER NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('en', 'uk')),
    PRIMARY KEY (user_id, guild_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX digest_by_time ON digest (next_at);
CREATE INDEX digest_by_guild ON digest (guild_id);
