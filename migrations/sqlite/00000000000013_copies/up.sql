-- Where this database stands a second time: backups that the program wrote (backup), copies made for a trial (copy),
-- and the database this one was moved from (moved). What a seal takes away is still in them.
CREATE TABLE backup (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind = 'backup' OR kind = 'copy' OR kind = 'moved'),
    -- A file, or the server and name of a database; never a password.
    place TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    -- The digest of a file, once it is whole.
    sha256 TEXT
) WITHOUT ROWID;

-- Where everything went. There is a row once this database is out of service; triggers keep every other table as it
-- was then.
CREATE TABLE moved (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    place TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    -- The row of table backup by which the other database is known as the copy of this one.
    mark BLOB NOT NULL,
    -- Whether the other one is known to be whole.
    done BOOLEAN NOT NULL
) WITHOUT ROWID;
