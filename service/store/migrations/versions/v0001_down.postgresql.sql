DROP TABLE finding

DROP TABLE report

DROP TABLE reliance

DROP TABLE letter_version

DROP TABLE job

DROP TABLE filed_file

DROP TABLE decision

DROP TABLE transition

DROP TABLE opinion

DROP TABLE letter

DROP TABLE law_watch

DROP TABLE document_version

DROP TABLE delivery

DROP TABLE webhook

DROP TABLE setting

DROP TABLE idempotency

DROP TABLE filing

DROP TABLE auth_session

DROP TABLE api_key

DROP TABLE account

DROP TABLE worker

DROP TABLE organ

DROP TABLE login_failure

DROP TABLE counter

DROP TABLE audit_head

DROP TABLE audit_entry

DROP FUNCTION audit_entry_refuse()
