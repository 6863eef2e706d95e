"""Links a login to a person of the demo: `python3 .ci/link.py FILE ISSUER SUBJECT ACCOUNT`."""

import sqlite3
import sys

file, issuer, subject, account = sys.argv[1:]
database = sqlite3.connect(file, timeout=10)
with database:
    database.execute(
        "INSERT INTO person_link (id, issuer, subject, person_id, created_at) "
        "SELECT 'link_00000000000000000000000001', ?, ?, id, '2026-01-01 00:00:00+00:00' FROM person WHERE account = ?",
        (issuer, subject, account),
    )
database.close()
