-- The full-text index. An entry is a comment by its id, or a section by its id below zero; the introduction's bears
-- the article's title and author too. words is the plain text as bot.text.words writes it; marks say what it is part
-- of: a and the article's id, w and the commenter's, and s for a section. Only what is visible has an entry.
-- Letters' marks are folded in Latin only (a tokenizer's own doing), so that й is not и, and ї not і.
CREATE VIRTUAL TABLE search_index USING fts5 (
    words, marks, tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* Co'"
);

INSERT INTO search_index (search_index, rank) VALUES ('rank', 'bm25(1.0, 0.0)');

-- What has no entry yet, or an outdated one that was taken out. The bot enters it a moment later, in the background:
-- capture and imports need not wait for it. The ticket is a new one after each change. What shall not be found any more
-- leaves the index in the same transaction.
CREATE TABLE search_todo (
    entry INTEGER PRIMARY KEY,
    ticket INTEGER NOT NULL DEFAULT (random())
) STRICT;

INSERT INTO search_todo (entry) SELECT id FROM comment WHERE status = 'visible' AND text <> '' ORDER BY id;
INSERT INTO search_todo (entry) SELECT -id FROM section WHERE withdrawn = 0 ORDER BY id;

-- A row here says that entries were taken out (since, in seconds since 1970), of which the index may hold words until
-- it is compacted. What is taken out while that is done needs it once more.
CREATE TABLE search_worn (
    compacting INTEGER NOT NULL UNIQUE DEFAULT 0 CHECK (compacting IN (0, 1)),
    since INTEGER NOT NULL
) STRICT;

CREATE TRIGGER comment_to_index AFTER INSERT ON comment WHEN NEW.status = 'visible' AND NEW.text <> ''
BEGIN
    INSERT INTO search_todo (entry) VALUES (NEW.id);
END;

CREATE TRIGGER comment_to_index_anew AFTER UPDATE OF text, status, article_id, commenter_id ON comment
WHEN (OLD.text, OLD.status, OLD.article_id, OLD.commenter_id)
    IS NOT (NEW.text, NEW.status, NEW.article_id, NEW.commenter_id)
BEGIN
    DELETE FROM search_index WHERE rowid = OLD.id;
    INSERT INTO search_worn (since) SELECT unixepoch() WHERE NOT EXISTS (SELECT 1 FROM search_worn WHERE compacting = 0);
    DELETE FROM search_todo WHERE entry = OLD.id;
    INSERT INTO search_todo (entry) SELECT NEW.id WHERE NEW.status = 'visible' AND NEW.text <> '';
END;

CREATE TRIGGER comment_gone_from_index AFTER DELETE ON comment
BEGIN
    DELETE FROM search_index WHERE rowid = OLD.id;
    INSERT INTO search_worn (since) SELECT unixepoch() WHERE NOT EXISTS (SELECT 1 FROM search_worn WHERE compacting = 0);
    DELETE FROM search_todo WHERE entry = OLD.id;
END;

CREATE TRIGGER section_to_index AFTER INSERT ON section WHEN NEW.withdrawn = 0
BEGIN
    INSERT INTO search_todo (entry) VALUES (-NEW.id);
END;

CREATE TRIGGER section_to_index_anew AFTER UPDATE OF number, heading, text, withdrawn ON section
WHEN (OLD.number, OLD.heading, OLD.text, OLD.withdrawn) IS NOT (NEW.number, NEW.heading, NEW.text, NEW.withdrawn)
BEGIN
    DELETE FROM search_index WHERE rowid = -OLD.id;
    INSERT INTO search_worn (since) SELECT unixepoch() WHERE NOT EXISTS (SELECT 1 FROM search_worn WHERE compacting = 0);
    DELETE FROM search_todo WHERE entry = -OLD.id;
    INSERT INTO search_todo (entry) SELECT -NEW.id WHERE NEW.withdrawn = 0;
END;

CREATE TRIGGER section_gone_from_index AFTER DELETE ON section
BEGIN
    DELETE FROM search_index WHERE rowid = -OLD.id;
    INSERT INTO search_worn (since) SELECT unixepoch() WHERE NOT EXISTS (SELECT 1 FROM search_worn WHERE compacting = 0);
    DELETE FROM search_todo WHERE entry = -OLD.id;
END;

CREATE TRIGGER article_to_index_anew AFTER UPDATE OF title, author ON article
WHEN (OLD.title, OLD.author) IS NOT (NEW.title, NEW.author)
BEGIN
    DELETE FROM search_index WHERE rowid IN (SELECT -id FROM section WHERE article_id = NEW.id AND number = 1 AND withdrawn = 0);
    INSERT INTO search_worn (since) SELECT unixepoch() WHERE NOT EXISTS (SELECT 1 FROM search_worn WHERE compacting = 0);
    DELETE FROM search_todo WHERE entry IN (SELECT -id FROM section WHERE article_id = NEW.id AND number = 1 AND withdrawn = 0);
    INSERT INTO search_todo (entry) SELECT -id FROM section
    WHERE article_id = NEW.id AND number = 1 AND withdrawn = 0;
END;

-- What somebody searches for, while there are further pages to turn to. Kept for a day at most; the id is random, so
-- that an old button never shows another search.
CREATE TABLE search_query (
    id INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    words TEXT NOT NULL,
    author TEXT,
    article_id INTEGER REFERENCES article ON DELETE CASCADE,
    since INTEGER,
    until INTEGER
) STRICT;

CREATE INDEX search_query_by_user ON search_query (user_id);
CREATE INDEX search_query_by_time ON search_query (asked_at);
CREATE INDEX search_query_by_article ON search_query (article_id) WHERE article_id IS NOT NULL;

-- What answers to people ask for, however much is stored.
CREATE INDEX comment_by_article ON comment (article_id, status);
CREATE INDEX comment_kept_back ON comment (status) WHERE status IN ('pending', 'rejected', 'hidden');
CREATE INDEX publication_by_article ON publication (article_id);
CREATE INDEX publication_by_place ON publication (guild_id, channel_id);
CREATE INDEX commenter_by_name ON commenter (name COLLATE NOCASE);
