DROP TABLE power_list
