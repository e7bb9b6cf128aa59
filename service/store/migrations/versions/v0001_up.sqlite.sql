CREATE TABLE audit_entry (
    seq INTEGER NOT NULL,
    at DATETIME NOT NULL,
    actor_id INTEGER,
    actor VARCHAR(80) NOT NULL,
    action VARCHAR(60) NOT NULL,
    subject VARCHAR(80) NOT NULL,
    detail TEXT NOT NULL,
    previous VARCHAR(64) NOT NULL,
    hash VARCHAR(64) NOT NULL,
    CONSTRAINT pk_audit_entry PRIMARY KEY (seq),
    CONSTRAINT uq_audit_entry_hash UNIQUE (hash)
)

CREATE INDEX ix_audit_entry_action ON audit_entry (action)

CREATE INDEX ix_audit_entry_at ON audit_entry (at)

CREATE INDEX ix_audit_entry_subject ON audit_entry (subject)

CREATE TABLE audit_head (
    id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    hash VARCHAR(64) NOT NULL,
    CONSTRAINT pk_audit_head PRIMARY KEY (id)
)

CREATE TABLE counter (
    "key" VARCHAR(80) NOT NULL,
    value INTEGER NOT NULL,
    CONSTRAINT pk_counter PRIMARY KEY ("key")
)

CREATE TABLE login_failure (
    id INTEGER NOT NULL,
    subject VARCHAR(120) NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_login_failure PRIMARY KEY (id)
)

CREATE INDEX ix_login_failure_subject_at ON login_failure (subject, at)

CREATE TABLE organ (
    id INTEGER NOT NULL,
    name VARCHAR(200) NOT NULL,
    level VARCHAR(20) NOT NULL,
    region VARCHAR(100) NOT NULL,
    active BOOLEAN NOT NULL,
    CONSTRAINT pk_organ PRIMARY KEY (id),
    CONSTRAINT uq_organ_name UNIQUE (name)
)

CREATE TABLE worker (
    id VARCHAR(60) NOT NULL,
    place VARCHAR(120) NOT NULL,
    pid INTEGER NOT NULL,
    started DATETIME NOT NULL,
    beat DATETIME NOT NULL,
    CONSTRAINT pk_worker PRIMARY KEY (id)
)

CREATE TABLE account (
    id INTEGER NOT NULL,
    name VARCHAR(80) NOT NULL,
    display VARCHAR(80) NOT NULL,
    password VARCHAR(200) NOT NULL,
    subject VARCHAR(300),
    roles JSON NOT NULL,
    organ_id INTEGER,
    active BOOLEAN NOT NULL,
    created DATETIME NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT uq_account_name UNIQUE (name),
    CONSTRAINT uq_account_subject UNIQUE (subject),
    CONSTRAINT fk_account_organ_id_organ FOREIGN KEY(organ_id) REFERENCES organ (id)
)

CREATE TABLE api_key (
    id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    name VARCHAR(80) NOT NULL,
    prefix VARCHAR(12) NOT NULL,
    hash VARCHAR(64) NOT NULL,
    scopes JSON NOT NULL,
    created DATETIME NOT NULL,
    expires DATETIME,
    revoked DATETIME,
    CONSTRAINT pk_api_key PRIMARY KEY (id),
    CONSTRAINT fk_api_key_account_id_account FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT uq_api_key_hash UNIQUE (hash)
)

CREATE INDEX ix_api_key_account_id ON api_key (account_id)

CREATE TABLE auth_session (
    id INTEGER NOT NULL,
    token VARCHAR(64) NOT NULL,
    csrf VARCHAR(64) NOT NULL,
    account_id INTEGER NOT NULL,
    created DATETIME NOT NULL,
    seen DATETIME NOT NULL,
    expires DATETIME NOT NULL,
    CONSTRAINT pk_auth_session PRIMARY KEY (id),
    CONSTRAINT uq_auth_session_token UNIQUE (token),
    CONSTRAINT fk_auth_session_account_id_account FOREIGN KEY(account_id) REFERENCES account (id)
)

CREATE INDEX ix_auth_session_account_id ON auth_session (account_id)

CREATE TABLE filing (
    id INTEGER NOT NULL,
    kind VARCHAR(30) NOT NULL,
    registration VARCHAR(80),
    organ_id INTEGER NOT NULL,
    submitted_by INTEGER NOT NULL,
    title VARCHAR(300) NOT NULL,
    number VARCHAR(120) NOT NULL,
    level VARCHAR(20) NOT NULL,
    instrument VARCHAR(30) NOT NULL,
    field VARCHAR(60) NOT NULL,
    issued DATE,
    published DATE,
    effective DATE,
    expires DATE,
    received DATETIME NOT NULL,
    registered DATETIME,
    finished DATETIME,
    state VARCHAR(30) NOT NULL,
    outcome VARCHAR(30) NOT NULL,
    clock VARCHAR(20) NOT NULL,
    due DATE,
    late BOOLEAN,
    missing JSON NOT NULL,
    facts JSON NOT NULL,
    current INTEGER NOT NULL,
    version INTEGER NOT NULL,
    purged DATETIME,
    CONSTRAINT pk_filing PRIMARY KEY (id),
    CONSTRAINT uq_filing_registration UNIQUE (registration),
    CONSTRAINT fk_filing_organ_id_organ FOREIGN KEY(organ_id) REFERENCES organ (id),
    CONSTRAINT fk_filing_submitted_by_account FOREIGN KEY(submitted_by) REFERENCES account (id)
)

CREATE INDEX ix_filing_due ON filing (due)

CREATE INDEX ix_filing_number ON filing (number)

CREATE INDEX ix_filing_organ_received ON filing (organ_id, received)

CREATE INDEX ix_filing_received_id ON filing (received, id)

CREATE INDEX ix_filing_state_received ON filing (state, received)

CREATE TABLE idempotency (
    id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    "key" VARCHAR(200) NOT NULL,
    request VARCHAR(64) NOT NULL,
    status INTEGER NOT NULL,
    body JSON NOT NULL,
    created DATETIME NOT NULL,
    CONSTRAINT pk_idempotency PRIMARY KEY (id),
    CONSTRAINT uq_idempotency_account_id_key UNIQUE (account_id, "key"),
    CONSTRAINT fk_idempotency_account_id_account FOREIGN KEY(account_id) REFERENCES account (id)
)

CREATE INDEX ix_idempotency_created ON idempotency (created)

CREATE TABLE setting (
    "key" VARCHAR(60) NOT NULL,
    value JSON NOT NULL,
    changed DATETIME NOT NULL,
    changed_by INTEGER,
    CONSTRAINT pk_setting PRIMARY KEY ("key"),
    CONSTRAINT fk_setting_changed_by_account FOREIGN KEY(changed_by) REFERENCES account (id)
)

CREATE TABLE webhook (
    id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    url VARCHAR(500) NOT NULL,
    secret VARCHAR(80) NOT NULL,
    events JSON NOT NULL,
    active BOOLEAN NOT NULL,
    created DATETIME NOT NULL,
    CONSTRAINT pk_webhook PRIMARY KEY (id),
    CONSTRAINT fk_webhook_account_id_account FOREIGN KEY(account_id) REFERENCES account (id)
)

CREATE INDEX ix_webhook_account_id ON webhook (account_id)

CREATE TABLE delivery (
    id VARCHAR(32) NOT NULL,
    webhook_id INTEGER NOT NULL,
    event VARCHAR(40) NOT NULL,
    subject VARCHAR(80) NOT NULL,
    payload JSON NOT NULL,
    state VARCHAR(10) NOT NULL,
    attempts INTEGER NOT NULL,
    answer INTEGER NOT NULL,
    created DATETIME NOT NULL,
    dispatched DATETIME,
    finished DATETIME,
    CONSTRAINT pk_delivery PRIMARY KEY (id),
    CONSTRAINT uq_delivery_webhook_id_event_subject UNIQUE (webhook_id, event, subject),
    CONSTRAINT fk_delivery_webhook_id_webhook FOREIGN KEY(webhook_id) REFERENCES webhook (id)
)

CREATE INDEX ix_delivery_state ON delivery (state)

CREATE TABLE document_version (
    id INTEGER NOT NULL,
    filing_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    note TEXT NOT NULL,
    created DATETIME NOT NULL,
    created_by INTEGER NOT NULL,
    CONSTRAINT pk_document_version PRIMARY KEY (id),
    CONSTRAINT uq_document_version_filing_id_number UNIQUE (filing_id, number),
    CONSTRAINT fk_document_version_filing_id_filing FOREIGN KEY(filing_id) REFERENCES filing (id),
    CONSTRAINT fk_document_version_created_by_account FOREIGN KEY(created_by) REFERENCES account (id)
)

CREATE TABLE law_watch (
    id INTEGER NOT NULL,
    filing_id INTEGER NOT NULL,
    law VARCHAR(200) NOT NULL,
    version VARCHAR(20) NOT NULL,
    noticed DATETIME NOT NULL,
    done DATETIME,
    done_by INTEGER,
    CONSTRAINT pk_law_watch PRIMARY KEY (id),
    CONSTRAINT uq_law_watch_filing_id_law_version UNIQUE (filing_id, law, version),
    CONSTRAINT fk_law_watch_filing_id_filing FOREIGN KEY(filing_id) REFERENCES filing (id),
    CONSTRAINT fk_law_watch_done_by_account FOREIGN KEY(done_by) REFERENCES account (id)
)

CREATE TABLE letter (
    id INTEGER NOT NULL,
    filing_id INTEGER NOT NULL,
    number VARCHAR(80),
    issued DATETIME,
    current INTEGER NOT NULL,
    CONSTRAINT pk_letter PRIMARY KEY (id),
    CONSTRAINT uq_letter_filing_id UNIQUE (filing_id),
    CONSTRAINT fk_letter_filing_id_filing FOREIGN KEY(filing_id) REFERENCES filing (id),
    CONSTRAINT uq_letter_number UNIQUE (number)
)

CREATE TABLE opinion (
    id INTEGER NOT NULL,
    filing_id INTEGER NOT NULL,
    stage VARCHAR(10) NOT NULL,
    conclusion VARCHAR(30) NOT NULL,
    text TEXT NOT NULL,
    account_id INTEGER NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_opinion PRIMARY KEY (id),
    CONSTRAINT fk_opinion_filing_id_filing FOREIGN KEY(filing_id) REFERENCES filing (id),
    CONSTRAINT fk_opinion_account_id_account FOREIGN KEY(account_id) REFERENCES account (id)
)

CREATE INDEX ix_opinion_filing_id ON opinion (filing_id)

CREATE TABLE transition (
    id INTEGER NOT NULL,
    filing_id INTEGER NOT NULL,
    "key" VARCHAR(30) NOT NULL,
    "before" VARCHAR(30) NOT NULL,
    "after" VARCHAR(30) NOT NULL,
    account_id INTEGER NOT NULL,
    at DATETIME NOT NULL,
    reason TEXT NOT NULL,
    reverses INTEGER,
    kept JSON NOT NULL,
    CONSTRAINT pk_transition PRIMARY KEY (id),
    CONSTRAINT fk_transition_filing_id_filing FOREIGN KEY(filing_id) REFERENCES filing (id),
    CONSTRAINT fk_transition_account_id_account FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT uq_transition_reverses UNIQUE (reverses),
    CONSTRAINT fk_transition_reverses_transition FOREIGN KEY(reverses) REFERENCES transition (id)
)

CREATE INDEX ix_transition_after ON transition ("after")

CREATE INDEX ix_transition_filing_id ON transition (filing_id)

CREATE TABLE decision (
    id INTEGER NOT NULL,
    filing_id INTEGER NOT NULL,
    fingerprint VARCHAR(40) NOT NULL,
    revision INTEGER NOT NULL,
    verdict VARCHAR(10) NOT NULL,
    reason TEXT NOT NULL,
    comment TEXT NOT NULL,
    version_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_decision PRIMARY KEY (id),
    CONSTRAINT uq_decision_filing_id_fingerprint_revision UNIQUE (filing_id, fingerprint, revision),
    CONSTRAINT fk_decision_filing_id_filing FOREIGN KEY(filing_id) REFERENCES filing (id),
    CONSTRAINT fk_decision_version_id_document_version FOREIGN KEY(version_id) REFERENCES document_version (id),
    CONSTRAINT fk_decision_account_id_account FOREIGN KEY(account_id) REFERENCES account (id)
)

CREATE TABLE filed_file (
    id INTEGER NOT NULL,
    version_id INTEGER NOT NULL,
    role VARCHAR(20) NOT NULL,
    reason VARCHAR(200) NOT NULL,
    name VARCHAR(300) NOT NULL,
    media VARCHAR(120) NOT NULL,
    size INTEGER NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    CONSTRAINT pk_filed_file PRIMARY KEY (id),
    CONSTRAINT fk_filed_file_version_id_document_version FOREIGN KEY(version_id) REFERENCES document_version (id)
)

CREATE INDEX ix_filed_file_sha256 ON filed_file (sha256)

CREATE INDEX ix_filed_file_version_id ON filed_file (version_id)

CREATE TABLE job (
    id VARCHAR(32) NOT NULL,
    state VARCHAR(10) NOT NULL,
    filing_id INTEGER,
    version_id INTEGER,
    organ_id INTEGER,
    account_id INTEGER NOT NULL,
    name VARCHAR(300) NOT NULL,
    media VARCHAR(120) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    options JSON NOT NULL,
    attempts INTEGER NOT NULL,
    code VARCHAR(60) NOT NULL,
    message TEXT NOT NULL,
    created DATETIME NOT NULL,
    dispatched DATETIME,
    started DATETIME,
    finished DATETIME,
    CONSTRAINT pk_job PRIMARY KEY (id),
    CONSTRAINT fk_job_filing_id_filing FOREIGN KEY(filing_id) REFERENCES filing (id),
    CONSTRAINT fk_job_version_id_document_version FOREIGN KEY(version_id) REFERENCES document_version (id),
    CONSTRAINT fk_job_organ_id_organ FOREIGN KEY(organ_id) REFERENCES organ (id),
    CONSTRAINT fk_job_account_id_account FOREIGN KEY(account_id) REFERENCES account (id)
)

CREATE INDEX ix_job_account_id ON job (account_id)

CREATE INDEX ix_job_filing_id ON job (filing_id)

CREATE INDEX ix_job_state_created ON job (state, created)

CREATE INDEX ix_job_version_id ON job (version_id)

CREATE TABLE letter_version (
    id INTEGER NOT NULL,
    letter_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    text TEXT NOT NULL,
    account_id INTEGER NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT pk_letter_version PRIMARY KEY (id),
    CONSTRAINT uq_letter_version_letter_id_number UNIQUE (letter_id, number),
    CONSTRAINT fk_letter_version_letter_id_letter FOREIGN KEY(letter_id) REFERENCES letter (id),
    CONSTRAINT fk_letter_version_account_id_account FOREIGN KEY(account_id) REFERENCES account (id)
)

CREATE TABLE reliance (
    id INTEGER NOT NULL,
    filing_id INTEGER NOT NULL,
    version_id INTEGER NOT NULL,
    law VARCHAR(200) NOT NULL,
    article VARCHAR(40) NOT NULL,
    role VARCHAR(10) NOT NULL,
    CONSTRAINT pk_reliance PRIMARY KEY (id),
    CONSTRAINT uq_reliance_version_id_law_article_role UNIQUE (version_id, law, article, role),
    CONSTRAINT fk_reliance_filing_id_filing FOREIGN KEY(filing_id) REFERENCES filing (id),
    CONSTRAINT fk_reliance_version_id_document_version FOREIGN KEY(version_id) REFERENCES document_version (id)
)

CREATE INDEX ix_reliance_filing_id ON reliance (filing_id)

CREATE INDEX ix_reliance_law ON reliance (law)

CREATE TABLE report (
    id INTEGER NOT NULL,
    job_id VARCHAR(32) NOT NULL,
    version_id INTEGER,
    status VARCHAR(10) NOT NULL,
    body JSON NOT NULL,
    inspection JSON,
    laws VARCHAR(64) NOT NULL,
    created DATETIME NOT NULL,
    CONSTRAINT pk_report PRIMARY KEY (id),
    CONSTRAINT uq_report_job_id UNIQUE (job_id),
    CONSTRAINT fk_report_job_id_job FOREIGN KEY(job_id) REFERENCES job (id),
    CONSTRAINT fk_report_version_id_document_version FOREIGN KEY(version_id) REFERENCES document_version (id)
)

CREATE INDEX ix_report_version_id ON report (version_id)

CREATE TABLE finding (
    id INTEGER NOT NULL,
    filing_id INTEGER NOT NULL,
    version_id INTEGER NOT NULL,
    report_id INTEGER,
    fingerprint VARCHAR(40) NOT NULL,
    rule VARCHAR(80) NOT NULL,
    level VARCHAR(10) NOT NULL,
    types JSON NOT NULL,
    clause VARCHAR(40) NOT NULL,
    place VARCHAR(200) NOT NULL,
    "begin" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    quote TEXT NOT NULL,
    message TEXT NOT NULL,
    advice TEXT NOT NULL,
    confidence DOUBLE NOT NULL,
    why JSON NOT NULL,
    citations JSON NOT NULL,
    account_id INTEGER,
    created DATETIME NOT NULL,
    CONSTRAINT pk_finding PRIMARY KEY (id),
    CONSTRAINT uq_finding_version_id_fingerprint UNIQUE (version_id, fingerprint),
    CONSTRAINT fk_finding_filing_id_filing FOREIGN KEY(filing_id) REFERENCES filing (id),
    CONSTRAINT fk_finding_version_id_document_version FOREIGN KEY(version_id) REFERENCES document_version (id),
    CONSTRAINT fk_finding_report_id_report FOREIGN KEY(report_id) REFERENCES report (id),
    CONSTRAINT fk_finding_account_id_account FOREIGN KEY(account_id) REFERENCES account (id)
)

CREATE INDEX ix_finding_filing_id ON finding (filing_id)

CREATE TRIGGER audit_entry_kept BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END

CREATE TRIGGER audit_entry_not_removed BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
