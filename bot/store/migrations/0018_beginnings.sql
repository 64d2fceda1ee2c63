-- The full-text index anew, with the first three and four characters of each word: so that asking for the beginnings
-- of words does not gather what a large part of the dictionary stands in. It takes some 130 bytes a comment. What had
-- its entry is entered anew in the background, as after an import.
DROP TABLE search_index;
CREATE VIRTUAL TABLE search_index USING fts5 (
    words, marks, prefix = '3 4', tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* Co'"
);

INSERT INTO search_index (search_index, rank) VALUES ('rank', 'bm25(1.0, 0.0)');

DELETE FROM search_todo;
INSERT INTO search_todo (entry) SELECT id FROM comment WHERE status = 'visible' AND text <> '' ORDER BY id;
INSERT INTO search_todo (entry) SELECT -id FROM section WHERE withdrawn = 0 ORDER BY id;
