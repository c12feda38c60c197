"""What the register finds tickets by: when the first clock runs out, a narrow index, and the words.

The database itself keeps them up, by triggers, so that an older Golddust beside this one leaves nothing out.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COLUMNS = [
    "workspace", "number", "state", "kind", "severity", "category", "team", "owner", "holder", "reporter", "customer",
    "captured_at", "due_at",
]  # fmt: skip

# A clock of the JSON counts as long as it is neither stopped nor paused, and is no chance that may pass.
_DUE_IN_SQLITE = """
    SELECT min(substr(due, 1, 10) || ' ' || substr(due, 12, 8)
               || CASE WHEN substr(due, 20, 1) = '.' THEN substr(due, 20, 7) ELSE '.000000' END)
    FROM (SELECT json_extract(value, '$.due_at') AS due, json_extract(value, '$.stopped_at') AS stopped,
                 json_extract(value, '$.left') AS remained, json_extract(value, '$.regulation.optional') AS optional
          FROM (SELECT CASE WHEN type = 'object' THEN value ELSE '{{}}' END AS value FROM json_each({row}clocks)))
    WHERE due IS NOT NULL AND stopped IS NULL AND remained IS NULL AND coalesce(optional, 0) = 0
          AND {row}state <> 'closed'
"""
_SPACE = "(SELECT id FROM search_spaces WHERE workspace = {row}.workspace) * 4294967296 + {row}.number"
_WORDS = "{row}.verbatim || char(10) || coalesce({row}.words, '') || char(10) || coalesce({row}.customer, '')"
_NEW = f"INSERT INTO search(rowid, words) VALUES ({_SPACE.format(row='NEW')}, {_WORDS.format(row='NEW')});"
_OLD = (
    "INSERT INTO search(search, rowid, words) "
    f"VALUES ('delete', {_SPACE.format(row='OLD')}, {_WORDS.format(row='OLD')});"
)
_SPACED = "INSERT OR IGNORE INTO search_spaces(workspace) VALUES (NEW.workspace);"

_SQLITE = (
    "CREATE TABLE search_spaces (id INTEGER PRIMARY KEY, workspace VARCHAR(64) NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE search USING fts5(words, content='', tokenize=\"unicode61 remove_diacritics 2\")",
    "INSERT INTO search_spaces(workspace) SELECT DISTINCT workspace FROM tickets",
    f"UPDATE tickets SET due_at = ({_DUE_IN_SQLITE.format(row='tickets.')}) WHERE state <> 'closed'",
    f"INSERT INTO search(rowid, words) SELECT {_SPACE.format(row='tickets')}, {_WORDS.format(row='tickets')} "
    "FROM tickets",
    f"""CREATE TRIGGER tickets_added AFTER INSERT ON tickets BEGIN
        UPDATE tickets SET due_at = ({_DUE_IN_SQLITE.format(row="NEW.")})
        WHERE workspace = NEW.workspace AND number = NEW.number;
        {_SPACED}
        {_NEW}
    END""",
    f"""CREATE TRIGGER tickets_moved AFTER UPDATE OF clocks, state ON tickets
    WHEN NEW.clocks IS NOT OLD.clocks OR NEW.state IS NOT OLD.state BEGIN
        UPDATE tickets SET due_at = ({_DUE_IN_SQLITE.format(row="NEW.")})
        WHERE workspace = NEW.workspace AND number = NEW.number;
    END""",
    f"""CREATE TRIGGER tickets_reworded AFTER UPDATE OF verbatim, words, customer ON tickets
    WHEN NEW.verbatim IS NOT OLD.verbatim OR NEW.words IS NOT OLD.words OR NEW.customer IS NOT OLD.customer BEGIN
        {_OLD}
        {_NEW}
    END""",
    f"""CREATE TRIGGER tickets_removed AFTER DELETE ON tickets BEGIN
        {_OLD}
    END""",
)

_BLANK = "!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~\n\t"  # a quotation mark stands twice in SQL
_MARKS = "¡«»¿–—‘’“”„…‹›·•"


def _blanked(words: str, signs: str) -> str:
    return f"pg_catalog.translate({words}, '{signs}', '{' ' * len(signs.replace(chr(39) * 2, chr(39)))}')"


# Only where there is more than ASCII are accents looked for: that takes ten times as long.
_UNACCENTED = (
    "pg_catalog.normalize(pg_catalog.regexp_replace(pg_catalog.normalize(said, 'NFD'), "
    f"'[{chr(0x300)}-{chr(0x36F)}]', '', 'g'), 'NFC')"
)

_POSTGRESQL = (
    # Without anything that depends on the database's language, because an index may only be made of what never changes;
    # and without another function of ours, which ANALYZE and pg_restore would look for elsewhere.
    f"""CREATE FUNCTION golddust_words(verbatim text, words text, customer text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $words$
    DECLARE
        said text := pg_catalog.left(
            coalesce(verbatim, '') || ' ' || coalesce(words, '') || ' ' || coalesce(customer, ''), 100000);
    BEGIN
        IF pg_catalog.octet_length(said) = pg_catalog.length(said) THEN
            said := {_blanked("said", _BLANK)};
        ELSE
            said := {_blanked(_UNACCENTED, _BLANK + _MARKS)};
        END IF;
        RETURN pg_catalog.to_tsvector('pg_catalog.simple'::pg_catalog.regconfig, said);
    END
    $words$""",
    """CREATE FUNCTION golddust_due(clocks json, state text) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE AS $due$
        SELECT min((clock ->> 'due_at')::timestamptz)
        FROM json_array_elements(CASE WHEN json_typeof(clocks) = 'array' THEN clocks ELSE '[]'::json END) AS clock
        WHERE state <> 'closed' AND clock ->> 'stopped_at' IS NULL AND clock ->> 'left' IS NULL
              AND coalesce((clock -> 'regulation' ->> 'optional')::boolean, false) = false
    $due$""",
    """CREATE FUNCTION golddust_moved() RETURNS trigger LANGUAGE plpgsql AS $moved$
    BEGIN
        NEW.due_at := golddust_due(NEW.clocks, NEW.state);
        RETURN NEW;
    END
    $moved$""",
    "UPDATE tickets SET due_at = golddust_due(clocks, state) WHERE state <> 'closed'",
    "CREATE TRIGGER tickets_moved BEFORE INSERT OR UPDATE OF clocks, state ON tickets "
    "FOR EACH ROW EXECUTE FUNCTION golddust_moved()",
    "CREATE INDEX tickets_search ON tickets USING gin (golddust_words(verbatim, words, customer))",
)


def upgrade() -> None:
    """Make the change."""
    op.add_column("tickets", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if sqlite else _POSTGRESQL:
        # The driver of PostgreSQL takes % for the beginning of a placeholder.
        op.get_bind().exec_driver_sql(statement if sqlite else statement.replace("%", "%%"))
    op.create_index("tickets_register", "tickets", COLUMNS, unique=False)
