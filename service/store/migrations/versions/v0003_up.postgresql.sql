CREATE TABLE power_list (
    organ_id INTEGER NOT NULL,
    name VARCHAR(300) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    items INTEGER NOT NULL,
    kinds JSONB NOT NULL,
    changed TIMESTAMP WITHOUT TIME ZONE NOT NULL,
    changed_by INTEGER NOT NULL,
    CONSTRAINT pk_power_list PRIMARY KEY (organ_id),
    CONSTRAINT fk_power_list_organ_id_organ FOREIGN KEY(organ_id) REFERENCES organ (id),
    CONSTRAINT fk_power_list_changed_by_account FOREIGN KEY(changed_by) REFERENCES account (id)
)
