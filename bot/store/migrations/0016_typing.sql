-- What people type of an article's name is found by any three characters in a row of its slug or title, in any letter
-- case.
CREATE VIRTUAL TABLE article_name USING fts5 (
    slug, title, content = 'article', content_rowid = 'id', tokenize = 'trigram'
);

INSERT INTO article_name (article_name) VALUES ('rebuild');

CREATE TRIGGER article_named AFTER INSERT ON article
BEGIN
    INSERT INTO article_name (rowid, slug, title) VALUES (NEW.id, NEW.slug, NEW.title);
END;

CREATE TRIGGER article_renamed AFTER UPDATE OF slug, title ON article
WHEN (OLD.slug, OLD.title) IS NOT (NEW.slug, NEW.title)
BEGIN
    INSERT INTO article_name (article_name, rowid, slug, title) VALUES ('delete', OLD.id, OLD.slug, OLD.title);
    INSERT INTO article_name (rowid, slug, title) VALUES (NEW.id, NEW.slug, NEW.title);
END;

CREATE TRIGGER article_nameless AFTER DELETE ON article
BEGIN
    INSERT INTO article_name (article_name, rowid, slug, title) VALUES ('delete', OLD.id, OLD.slug, OLD.title);
END;

-- The newest of the comments that members do not see, with all that tells who may moderate them.
DROP INDEX comment_kept_back;
CREATE INDEX comment_kept_back ON comment (id, status, article_id, publication_id)
WHERE status IN ('pending', 'rejected', 'hidden');
