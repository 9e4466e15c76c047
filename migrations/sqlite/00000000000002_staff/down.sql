DROP TABLE audit_head;
DROP TABLE audit;
DROP TABLE session;
DROP TABLE staff;
