DROP TABLE moved;
DROP TABLE backup;
