-- An import at work brings in the comments from first_id to last_id, and with new_article the article itself. They
-- are there once this row is gone, all at the same moment. One whose import was killed is cleared by the next.
CREATE TABLE arrival (
    article_id INTEGER NOT NULL REFERENCES article,
    new_article INTEGER NOT NULL CHECK (new_article IN (0, 1)),
    first_id INTEGER NOT NULL,
    last_id INTEGER NOT NULL CHECK (last_id >= first_id)
) STRICT;

-- What all but imports read, wherever they look for comments or articles and do not know their ids already.
CREATE VIEW arrived_comment AS
SELECT * FROM comment AS c WHERE NOT EXISTS (SELECT 1 FROM arrival AS a WHERE c.id BETWEEN a.first_id AND a.last_id);

CREATE VIEW arrived_article AS
SELECT * FROM article AS a WHERE a.id NOT IN (SELECT article_id FROM arrival WHERE new_article = 1);
