DROP TABLE paper_day;
DROP TABLE paper_entry;
