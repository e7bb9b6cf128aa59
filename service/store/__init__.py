"""What is kept: tables, the database, migrations, uploaded bytes by their hash. SQL is written in service only."""
