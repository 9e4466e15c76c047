DROP TABLE rewriting;
DROP TABLE receipt;
DROP TABLE fold;
DROP TABLE seal;
