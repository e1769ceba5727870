"""The tables of maskwire's database, step by step; each step runs once, in a transaction with its own record.

Imported only when a step is pending, since sqlite-utils takes 0.2 s to import.

Source: https://sqlite-utils.datasette.io/en/stable/migrations.html
"""

import sqlite3

from maskwire.unread import standing, unread

# With numpy and pandas, which it imports for their types of columns where they are installed, the daemon would grow by
# 33 MB; its own command line and its reading of dates are another 2 MB.
with standing({"numpy": None, "pandas": None, **unread("click", "dateutil")}):
    import sqlite_utils

migrations = sqlite_utils.Migrations("maskwire")


@migrations(name="0001_vault")
def _vault(db: sqlite_utils.Database) -> None:
    db.table("meta").create({"name": str, "value": bytes}, pk="name", not_null={"value"}, strict=True)
    db.table("wrapped_keys").create(
        {"slot": bytes, "name": str, "sealed": bytes}, pk=("slot", "name"), not_null={"sealed"}, strict=True
    )
    columns = {
        "id": int,
        "entity": str,
        "token": str,
        "lookup": bytes,
        "version": int,
        "sealed": bytes,
        "created": int,
        "used": int,
    }
    entries = db.table("entries").create(columns, pk="id", not_null=columns.keys() - {"id"}, strict=True)
    entries.create_index(["token"], unique=True)
    entries.create_index(["lookup"], unique=True)
    entries.create_index(["entity"])
    db.table("retired").create({"tag": bytes, "owner": bytes}, pk="tag", not_null={"owner"}, strict=True)


@migrations(name="0002_journal")
def _journal(db: sqlite_utils.Database) -> None:
    columns = {
        "id": int,
        "started": float,
        "host": str,
        "surface": str,
        "method": str,
        "path": str,
        "outcome": str,
        "model": str,
        "program": str,
        "reason": str,
        "status": int,
        "entities": str,
        "actions": str,
        "paths": str,
        "request_bytes": int,
        "response_bytes": int,
        "added_ms": float,
        "total_ms": float,
        "restored": int,
        "unresolved": int,
        "size": int,
        "key": bytes,
        "mac": bytes,
    }
    exchanges = db.table("exchanges").create(columns, pk="id", not_null=columns.keys() - {"id"}, strict=True)
    exchanges.create_index(["started"])


@migrations(name="0003_secrets")
def _secrets(db: sqlite_utils.Database) -> None:
    columns = {"id": bytes, "name": str, "source": str, "learned": float, "prints": str}
    db.table("secrets").create(columns, pk="id", not_null=columns.keys() - {"id"}, strict=True)


@migrations(name="0004_audit")
def _audit(db: sqlite_utils.Database) -> None:
    columns = {
        "id": int,
        "at": float,
        "actor": str,
        "deed": str,
        "subject": str,
        "status": int,
        "size": int,
        "key": bytes,
        "mac": bytes,
    }
    acts = db.table("acts").create(columns, pk="id", not_null=columns.keys() - {"id"}, strict=True)
    acts.create_index(["at"])


@migrations(name="0005_stages")
def _stages(db: sqlite_utils.Database) -> None:
    for column in ("find_ms", "mask_ms", "wait_ms", "restore_ms"):
        db.execute(f"ALTER TABLE exchanges ADD COLUMN {column} REAL NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE exchanges ADD COLUMN spots TEXT NOT NULL DEFAULT '[]'")


@migrations(name="0006_access")
def _access(db: sqlite_utils.Database) -> None:
    columns = {"name": str, "hash": bytes, "role": str, "restores": int, "created": float, "used": float}
    access = db.table("access").create(columns, pk="name", not_null=columns.keys() - {"name"}, strict=True)
    access.create_index(["hash"], unique=True)


@migrations(name="0007_times")
def _times(db: sqlite_utils.Database) -> None:
    db.execute("ALTER TABLE acts ADD COLUMN times INTEGER NOT NULL DEFAULT 1")


def apply(connection: sqlite3.Connection) -> None:
    """Run every step that ``connection``'s database has not seen."""
    migrations.apply(sqlite_utils.Database(connection, execute_plugins=False))
