DROP TABLE cleanup_ruling

DROP TABLE cleanup_item

DROP TABLE cleanup_file

DROP TABLE cleanup
