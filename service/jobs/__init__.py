"""Durable jobs (DBOS): reviews and webhook deliveries as workflows that survive the process that runs them.

A job is a row of the office's database, written in the transaction that files the document. A worker hands it to the
engine under the job's own id, so handing it over twice changes nothing; its steps are kept by the engine and its one
report by a unique constraint. The jobs of a worker that fell silent are taken over by the others.

examining    what a review does: read the package, review the text, keep the outcome
cleaning     one file of a clean-up: cards and reports out of bytes
cleanups     clean-ups of the office: files examined and kept, sets judged
delivering   signed webhook deliveries with retries
workflows    the two workflows, registered with the engine
worker       the process: hand over, beat, take over, stop gracefully
opening      office and engine opened from the settings
"""
