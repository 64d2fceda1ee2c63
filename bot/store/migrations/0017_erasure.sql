-- An erasure is done some rows at a time. One that was broken off is finished by the bot, and noted until then.
ALTER TABLE erasure ADD COLUMN unfinished INTEGER NOT NULL DEFAULT 0 CHECK (unfinished IN (0, 1));
