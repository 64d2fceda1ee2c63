-- What members' comments came to be seen, in that order: one that was held counts from when it was approved. Those
-- of a source are no news, since they come in with whole discussions.
CREATE TABLE news (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE
) STRICT;

CREATE INDEX news_by_article ON news (article_id, id);
CREATE INDEX news_by_comment ON news (comment_id);

CREATE TRIGGER comment_written AFTER INSERT ON comment
WHEN NEW.origin = 'discord' AND NEW.status = 'visible'
BEGIN
    INSERT INTO news (article_id, comment_id) VALUES (NEW.article_id, NEW.id);
END;

CREATE TRIGGER comment_approved AFTER UPDATE OF status ON comment
WHEN NEW.origin = 'discord' AND NEW.status = 'visible' AND OLD.status IN ('pending', 'rejected')
BEGIN
    INSERT INTO news (article_id, comment_id) VALUES (NEW.article_id, NEW.id);
END;

-- Who follows what: an article in a server, one of its sections, or a comment with all that answers it. told is the
-- news up to which they have been told.
CREATE TABLE follow (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    section_id INTEGER REFERENCES section ON DELETE CASCADE,
    comment_id INTEGER REFERENCES comment ON DELETE CASCADE,
    told INTEGER NOT NULL,
    CHECK (section_id IS NULL OR comment_id IS NULL)
) STRICT;

CREATE UNIQUE INDEX follow_once
ON follow (user_id, guild_id, article_id, ifnull(section_id, 0), ifnull(comment_id, 0));
CREATE INDEX follow_by_guild ON follow (guild_id);
CREATE INDEX follow_by_article ON follow (article_id);
CREATE INDEX follow_by_section ON follow (section_id) WHERE section_id IS NOT NULL;
CREATE INDEX follow_by_comment ON follow (comment_id) WHERE comment_id IS NOT NULL;
