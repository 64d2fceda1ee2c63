-- A member's vote for a comment: a reaction, with one of the emoji that count, to a message that is or shows it. Who
-- it was is kept for as long as the reaction stands, for else one could not tell whether they had voted already.
CREATE TABLE vote (
    message_id INTEGER NOT NULL,
    emoji TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
    publication_id INTEGER NOT NULL REFERENCES publication ON DELETE CASCADE,
    PRIMARY KEY (message_id, emoji, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX vote_by_comment ON vote (comment_id, publication_id, user_id);
CREATE INDEX vote_by_publication ON vote (publication_id);
CREATE INDEX vote_by_user ON vote (user_id);

-- How many members voted for a comment in a publication. Kept by the triggers below, so that it is right however a vote
-- comes or goes.
CREATE TABLE tally (
    publication_id INTEGER NOT NULL REFERENCES publication ON DELETE CASCADE,
    comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
    votes INTEGER NOT NULL CHECK (votes > 0),
    PRIMARY KEY (publication_id, comment_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX tally_by_votes ON tally (publication_id, votes);
CREATE INDEX tally_by_comment ON tally (comment_id);

CREATE TRIGGER vote_cast AFTER INSERT ON vote
WHEN (SELECT count(*) FROM vote WHERE comment_id = NEW.comment_id AND publication_id = NEW.publication_id
    AND user_id = NEW.user_id) = 1
BEGIN
    INSERT INTO tally (publication_id, comment_id, votes) VALUES (NEW.publication_id, NEW.comment_id, 1)
    ON CONFLICT (publication_id, comment_id) DO UPDATE SET votes = votes + 1;
END;

CREATE TRIGGER vote_taken_back AFTER DELETE ON vote
WHEN NOT EXISTS (SELECT 1 FROM vote WHERE comment_id = OLD.comment_id AND publication_id = OLD.publication_id
    AND user_id = OLD.user_id)
BEGIN
    DELETE FROM tally WHERE publication_id = OLD.publication_id AND comment_id = OLD.comment_id AND votes = 1;
    UPDATE tally SET votes = votes - 1 WHERE publication_id = OLD.publication_id AND comment_id = OLD.comment_id;
END;

-- With a message its reactions go, with a comment's text the votes for it.
CREATE TRIGGER votes_for_erased AFTER UPDATE OF status ON comment
WHEN NEW.status = 'deleted' AND OLD.status <> 'deleted'
BEGIN
    DELETE FROM vote WHERE comment_id = NEW.id;
END;

CREATE TRIGGER votes_on_lost AFTER UPDATE OF gone, message_id ON placement
WHEN OLD.message_id IS NOT NULL AND (NEW.gone = 1 OR NEW.message_id IS NOT OLD.message_id)
BEGIN
    DELETE FROM vote WHERE message_id = OLD.message_id;
END;

CREATE TRIGGER votes_on_forgotten AFTER DELETE ON placement
WHEN OLD.message_id IS NOT NULL
BEGIN
    DELETE FROM vote WHERE message_id = OLD.message_id;
END;
