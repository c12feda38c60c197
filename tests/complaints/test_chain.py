"""What a link covers is written the same as ever, whatever is said: chains of years ago must still be proven."""

from __future__ import annotations

import hashlib
import json

from hypothesis import example, given
from hypothesis import strategies as st

from complaints.chain import digest_of

_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
_SAID = st.dictionaries(_TEXT, _TEXT | st.none() | st.integers(), max_size=4)


@given(_TEXT, _SAID)
@example(
    "owner", {"because": "50 % of the time to resolve it has passed", "to": "owner", "step": "resolve.1:50%:remind"}
)
@example("Zoë", {"words": "“twice”\u2028\x7f\x1f\\/\n", "half": "\ud800", "many": 2**70})
def test_a_digest_covers_the_same_bytes_as_the_standard_librarys_json(
    actor: str, data: dict[str, str | int | None]
) -> None:
    canonical = json.dumps([actor, data], sort_keys=True, separators=(",", ":"))

    assert digest_of("5a17", actor, data) == hashlib.sha256(f"5a17{canonical}".encode()).hexdigest()
