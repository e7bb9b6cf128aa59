"""The office: what people and systems do with filings. Plain functions over one transaction; API and pages call these.

How to call: `with office.desk(actor) as desk: filings.step(desk, filing_id, "register", expected=version)`;
`office.look(actor)` for a desk that only reads.
A `Desk` is one transaction, the actor, the clock and the blobs; it commits at the end of the block or leaves nothing.
Every function checks the permission itself (permissions.toml), keeps a submitting organ to its own filings inside the
query, writes the audit line, and returns frozen dataclasses. Errors: corpora.errors and service.errors (coded).

desk         Office (opened once), Desk (one transaction), Actor (who asks)
permission   the role × action table: require(actor, action), allowed(actor, action), scoped(query, actor)
workflow     states and steps as data (workflow.toml)
profile      clocks, kinds of filing, fields as data (profile.toml or BEISHEN_PROFILE)
submission   submit(desk, Submission, uploads), resubmit(...), ask(desk, upload, ReviewOptions): a review without filing
filings      get, edit, step, undo, history, overdue, allowed_steps
files        versions, content: the files of a filing, version by version
jobs         get, of_filing, recent, again: the state of reviews
recording    what the worker writes (not for API and pages)
reports      of_job, latest, rebuilt: reports as stored, and as review.finding.Report for the renderers
findings     of_version, get, decide, add, history: findings with the decision that counts
quieted      page, count, release: findings answered “not a problem, because …”
opinions     record, of_filing: 初审/复审/终审 opinions
letters      save, get, history, issue: 审查意见书
letter_sheet draft, docx: the letter drafted from accepted findings, and as a DOCX file
ledger       page (filters, cursor), rows, count: 台账
sheets       xlsx, csv: tables as files, formulas disarmed
statistics   tally (by organ, level, field, type, month), yearly: 年度统计
catalogue    check: issued documents against what was filed (应备未备)
cleanup_set  prepare: files, packages and the office's list kept
cleanups     start, get, page, stop, again, close, reopen: 清理
cleanup_items    page (filters), get, decide, confirm_many, history, report, unread: proposals and decisions
cleanup_results  statistics, overall, apart, handed, package: tables and files of a clean-up
cleanup_record   what workers write of a clean-up (not for API and pages)
lawwatch     relying(law), notice(imported), watched, settle: filed documents to look at again
accounts     add, edit, list_all, get, set_password (sessions and keys: service/auth)
organs       add, edit, list_all
powers       put, get, list_all, items, remove, in_use: 权责清单 of organs
webhooks     add, list_mine, remove, announce, deliveries; list_all, stop for administrators
idempotency  fingerprint, once: requests answered once
preferences  get, put: settings of the office (retention, letterhead)
retention    due, purge, remove_files: bytes and texts of long closed filings, with an audit line each
"""
