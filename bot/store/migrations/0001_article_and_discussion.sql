-- Times are milliseconds since 1970 in UTC. Discord's ids are its snowflakes. Texts are Markdown, never
-- escaped for Discord.

-- source_key is what the source knows the article by: "post:" and its post id, else "slug:" and a slug, which
-- stays when the article itself is renamed.
CREATE TABLE article (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE CHECK (length(slug) BETWEEN 1 AND 100),
    title TEXT NOT NULL CHECK (title <> ''),
    author TEXT,
    source_url TEXT,
    published_at INTEGER,
    source_kind TEXT NOT NULL,
    source_site TEXT NOT NULL,
    source_key TEXT NOT NULL,
    UNIQUE (source_kind, source_site, source_key)
) STRICT;

-- A withdrawn section keeps its row, so that its messages, thread and comments keep what they hang on.
CREATE TABLE section (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number >= 1),
    heading TEXT,
    text TEXT NOT NULL,
    withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1))
) STRICT;

CREATE UNIQUE INDEX section_by_number ON section (article_id, number) WHERE withdrawn = 0;

-- A member is known by the Discord user id, a commenter of the source by a keyed hash.
CREATE TABLE commenter (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    user_id INTEGER UNIQUE,
    identity BLOB UNIQUE,
    CHECK ((user_id IS NULL) <> (identity IS NULL))
) STRICT;

CREATE TABLE publication (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article,
    guild_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    channel_kind TEXT NOT NULL CHECK (channel_kind IN ('text', 'forum')),
    thread_id INTEGER UNIQUE,
    tag_id INTEGER,
    state TEXT NOT NULL CHECK (state IN ('posting', 'live', 'failed', 'retiring', 'retired')),
    error TEXT CHECK ((error IS NOT NULL) = (state = 'failed')),
    requested_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX publication_one_live ON publication (article_id, channel_id)
WHERE state NOT IN ('retiring', 'retired');
CREATE INDEX publication_by_guild ON publication (guild_id);
CREATE INDEX publication_by_channel ON publication (channel_id);

-- An imported comment came from a source (its kind and site), where it is known by its source_id, or else,
-- among the replies to its parent, by its identity: a keyed hash of author and text with the rank among equals.
-- source_rank is its place in the source. An article may have comments from several sources.
-- reply_to is the message a member answered, as Discord says it: it outlives the order in which events come.
-- submission_id is the interaction that sent a form: events come twice, a comment must not.
-- Ids are counted (AUTOINCREMENT), so that an import can set a row of them aside.
CREATE TABLE comment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    parent_id INTEGER REFERENCES comment,
    section_id INTEGER REFERENCES section,
    commenter_id INTEGER NOT NULL REFERENCES commenter,
    origin TEXT NOT NULL CHECK (origin IN ('imported', 'discord')),
    status TEXT NOT NULL CHECK (status IN ('visible', 'pending', 'rejected', 'hidden', 'deleted')),
    status_by TEXT CHECK (status_by IN ('author', 'moderator', 'source')),
    text TEXT NOT NULL,
    created_at INTEGER,
    edited_at INTEGER,
    source TEXT,
    source_id TEXT,
    identity BLOB,
    source_rank INTEGER,
    publication_id INTEGER REFERENCES publication,
    channel_id INTEGER,
    message_id INTEGER,
    reply_to INTEGER,
    content_state TEXT NOT NULL DEFAULT 'shown' CHECK (content_state IN ('shown', 'hidden')),
    by_form INTEGER NOT NULL DEFAULT 0 CHECK (by_form IN (0, 1)),
    submission_id INTEGER UNIQUE,
    CHECK ((by_form = 1) = (submission_id IS NOT NULL)),
    CHECK (parent_id <> id),
    CHECK (status <> 'deleted' OR text = ''),
    CHECK ((origin = 'imported') = (source IS NOT NULL)),
    CHECK ((origin = 'imported') = (source_id IS NOT NULL OR identity IS NOT NULL)),
    CHECK ((origin = 'imported') = (publication_id IS NULL))
) STRICT;

CREATE UNIQUE INDEX comment_by_identity ON comment (article_id, ifnull(parent_id, 0), identity)
WHERE identity IS NOT NULL;
CREATE UNIQUE INDEX comment_by_source_id ON comment (article_id, source, source_id)
WHERE source_id IS NOT NULL;
CREATE UNIQUE INDEX comment_by_message ON comment (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX comment_by_parent ON comment (parent_id, article_id);
CREATE INDEX comment_by_commenter ON comment (commenter_id);
CREATE INDEX comment_by_channel ON comment (channel_id, message_id) WHERE channel_id IS NOT NULL;
CREATE INDEX comment_awaiting_parent ON comment (reply_to) WHERE reply_to IS NOT NULL;

CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
    text TEXT NOT NULL,
    replaced_at INTEGER NOT NULL
) STRICT;

CREATE INDEX revision_by_comment ON revision (comment_id);

CREATE TABLE attachment (
    comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (comment_id, position)
) STRICT, WITHOUT ROWID;

-- One message of ours: what it should show (wanted) and what it shows, both as JSON of a Payload. The work that
-- remains is the query where they differ. A nonce without a message id is a create whose outcome is not known;
-- shown is then what was sent.
CREATE TABLE placement (
    id INTEGER PRIMARY KEY,
    publication_id INTEGER NOT NULL REFERENCES publication ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('opening', 'section', 'closing', 'comment')),
    section_id INTEGER REFERENCES section,
    comment_id INTEGER REFERENCES comment,
    part INTEGER NOT NULL CHECK (part >= 0),
    ordinal INTEGER NOT NULL,
    channel_id INTEGER,
    wanted TEXT,
    shown TEXT,
    nonce TEXT UNIQUE CHECK (length(nonce) <= 25),
    tried_at INTEGER,
    message_id INTEGER UNIQUE,
    gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)),
    CHECK ((kind = 'section') = (section_id IS NOT NULL)),
    CHECK ((kind = 'comment') = (comment_id IS NOT NULL)),
    CHECK ((nonce IS NULL) = (tried_at IS NULL))
) STRICT;

CREATE UNIQUE INDEX placement_by_part
ON placement (publication_id, kind, ifnull(section_id, 0), ifnull(comment_id, 0), part);
CREATE UNIQUE INDEX placement_one_unconfirmed ON placement (channel_id)
WHERE nonce IS NOT NULL AND message_id IS NULL AND gone = 0;
CREATE INDEX placement_to_do ON placement (publication_id, ordinal, part)
WHERE (wanted IS NOT shown OR message_id IS NULL) AND gone = 0;
CREATE INDEX placement_by_channel ON placement (channel_id, message_id) WHERE channel_id IS NOT NULL;
CREATE INDEX placement_by_comment ON placement (comment_id) WHERE comment_id IS NOT NULL;

-- Up to which message everything in a channel or thread is stored.
CREATE TABLE channel_cursor (
    channel_id INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL
) STRICT;

-- Deletions of messages that may still arrive: events come in any order.
CREATE TABLE deleted_message (
    message_id INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL,
    deleted_at INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
