-- What other programs show instead of a sign-in: the hash of a token that was shown once.
CREATE TABLE api_key (
    id BLOB NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- The evaluator it belongs to; it works no longer than the account does.
    staff BLOB NOT NULL REFERENCES staff (id),
    -- What it opens, one blank between two words.
    scopes TEXT NOT NULL,
    -- The unit it is bound to, with all below it.
    unit TEXT REFERENCES unit (code),
    -- The last day on which it works, in UTC.
    expires_on DATE NOT NULL,
    -- The last day on which it was used, in UTC: not the time, and not by whom.
    last_used_on DATE,
    revoked BOOLEAN NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX api_key_name ON api_key (name) WHERE NOT revoked;
