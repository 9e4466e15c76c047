-- Every change of the server secret after the first, which is in table secret. The last one is current.
CREATE TABLE rotation (
    number INTEGER NOT NULL PRIMARY KEY,
    fingerprint BYTEA NOT NULL UNIQUE,
    at TIMESTAMP NOT NULL,
    -- The last row of the audit log before this secret.
    audit_row BIGINT NOT NULL,
    -- What only this secret can make of all rows up to there: they can be checked without the ones before.
    proof BYTEA NOT NULL
);
-- The servers that run, so that none is left behind by a change of the secret.
CREATE TABLE node (
    id BYTEA NOT NULL PRIMARY KEY,
    -- Written every few minutes.
    seen_at TIMESTAMP NOT NULL,
    -- The fingerprints of the secrets it was given, with blanks between.
    secrets TEXT NOT NULL
);
-- Under which secret the links of a survey are issued, by its fingerprint; without one it is the first. Nothing after
-- the seal.
ALTER TABLE survey ADD COLUMN secret BYTEA;
-- Under which secret the second factor was set up; without one it is the first.
ALTER TABLE staff ADD COLUMN secret BYTEA;
