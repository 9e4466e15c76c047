-- Scorecards, as lists show them: what the latest version says.
CREATE TABLE scorecard (
    id BLOB NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    programme TEXT NOT NULL,
    year SMALLINT NOT NULL,
    unit TEXT NOT NULL,
    version INTEGER NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    indicators INTEGER NOT NULL,
    lacking INTEGER NOT NULL,
    score TEXT,
    grade TEXT
) WITHOUT ROWID;

-- Every version as it was saved: what was given and every figure, RFC 8785 JSON with its digest.
CREATE TABLE scorecard_version (
    scorecard BLOB NOT NULL,
    number INTEGER NOT NULL,
    made_at TIMESTAMP NOT NULL,
    -- Who saved it; nobody of the command line.
    staff BLOB,
    change TEXT NOT NULL CHECK (change = 'added' OR change = 'imported' OR change = 'changed' OR change = 'actual' OR change = 'score' OR change = 'bound'),
    -- The indicator that was changed, where it was one alone.
    code TEXT,
    sha256 TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (scorecard, number)
) WITHOUT ROWID;
