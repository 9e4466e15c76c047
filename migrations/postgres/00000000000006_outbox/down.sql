DROP TABLE pace;
DROP TABLE outbox;
DROP TABLE sending;
DROP INDEX roster_line_ineligible_serial;
ALTER TABLE roster_entry DROP COLUMN email;
ALTER TABLE roster_line DROP COLUMN email;
