CREATE TABLE cleanup (
    id INTEGER NOT NULL,
    state VARCHAR(10) NOT NULL,
    name VARCHAR(200) NOT NULL,
    account_id INTEGER NOT NULL,
    day DATE NOT NULL,
    profile VARCHAR(40) NOT NULL,
    theme VARCHAR(40) NOT NULL,
    law VARCHAR(200) NOT NULL,
    catalogue VARCHAR(64) NOT NULL,
    catalogue_name VARCHAR(300) NOT NULL,
    apart JSON NOT NULL,
    made JSON NOT NULL,
    code VARCHAR(60) NOT NULL,
    message TEXT NOT NULL,
    round INTEGER NOT NULL,
    created DATETIME NOT NULL,
    dispatched DATETIME,
    judged DATETIME,
    finished DATETIME,
    purged DATETIME,
    version INTEGER NOT NULL,
    CONSTRAINT pk_cleanup PRIMARY KEY (id),
    CONSTRAINT fk_cleanup_account_id_account FOREIGN KEY(account_id) REFERENCES account (id)
)

CREATE INDEX ix_cleanup_state ON cleanup (state)

CREATE TABLE cleanup_file (
    id VARCHAR(32) NOT NULL,
    cleanup_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    name VARCHAR(500) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    size INTEGER NOT NULL,
    state VARCHAR(10) NOT NULL,
    attempts INTEGER NOT NULL,
    created DATETIME NOT NULL,
    dispatched DATETIME,
    started DATETIME,
    finished DATETIME,
    CONSTRAINT pk_cleanup_file PRIMARY KEY (id),
    CONSTRAINT uq_cleanup_file_cleanup_id_seq UNIQUE (cleanup_id, seq),
    CONSTRAINT uq_cleanup_file_cleanup_id_name UNIQUE (cleanup_id, name),
    CONSTRAINT fk_cleanup_file_cleanup_id_cleanup FOREIGN KEY(cleanup_id) REFERENCES cleanup (id)
)

CREATE INDEX ix_cleanup_file_cleanup_id_state ON cleanup_file (cleanup_id, state)

CREATE INDEX ix_cleanup_file_state_seq ON cleanup_file (state, seq)

CREATE TABLE cleanup_item (
    id INTEGER NOT NULL,
    cleanup_id INTEGER NOT NULL,
    file_id VARCHAR(32) NOT NULL,
    seq INTEGER NOT NULL,
    part INTEGER NOT NULL,
    file VARCHAR(600) NOT NULL,
    readable BOOLEAN NOT NULL,
    code VARCHAR(60) NOT NULL,
    message TEXT NOT NULL,
    card JSON NOT NULL,
    report VARCHAR(64) NOT NULL,
    listed BOOLEAN NOT NULL,
    title VARCHAR(500) NOT NULL,
    number VARCHAR(200) NOT NULL,
    organ VARCHAR(200) NOT NULL,
    year INTEGER,
    action VARCHAR(10) NOT NULL,
    leading VARCHAR(30) NOT NULL,
    reasons VARCHAR(500) NOT NULL,
    groups VARCHAR(500) NOT NULL,
    proposal JSON NOT NULL,
    settled VARCHAR(10) NOT NULL,
    verdict VARCHAR(10) NOT NULL,
    revision INTEGER NOT NULL,
    CONSTRAINT pk_cleanup_item PRIMARY KEY (id),
    CONSTRAINT uq_cleanup_item_cleanup_id_seq_part UNIQUE (cleanup_id, seq, part),
    CONSTRAINT fk_cleanup_item_cleanup_id_cleanup FOREIGN KEY(cleanup_id) REFERENCES cleanup (id),
    CONSTRAINT fk_cleanup_item_file_id_cleanup_file FOREIGN KEY(file_id) REFERENCES cleanup_file (id)
)

CREATE INDEX ix_cleanup_item_cleanup_id_action ON cleanup_item (cleanup_id, action)

CREATE INDEX ix_cleanup_item_cleanup_id_settled ON cleanup_item (cleanup_id, settled)

CREATE INDEX ix_cleanup_item_file_id ON cleanup_item (file_id)

CREATE TABLE cleanup_ruling (
    id INTEGER NOT NULL,
    cleanup_id INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    verdict VARCHAR(10) NOT NULL,
    action VARCHAR(10) NOT NULL,
    proposed VARCHAR(10) NOT NULL,
    note TEXT NOT NULL,
    account_id INTEGER NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_cleanup_ruling PRIMARY KEY (id),
    CONSTRAINT uq_cleanup_ruling_item_id_revision UNIQUE (item_id, revision),
    CONSTRAINT fk_cleanup_ruling_cleanup_id_cleanup FOREIGN KEY(cleanup_id) REFERENCES cleanup (id),
    CONSTRAINT fk_cleanup_ruling_item_id_cleanup_item FOREIGN KEY(item_id) REFERENCES cleanup_item (id),
    CONSTRAINT fk_cleanup_ruling_account_id_account FOREIGN KEY(account_id) REFERENCES account (id)
)

CREATE INDEX ix_cleanup_ruling_cleanup_id ON cleanup_ruling (cleanup_id)
