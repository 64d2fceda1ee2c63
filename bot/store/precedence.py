"""What a stored comment (c) becomes by what an import brings (s), as SQL.

What people have decided here stands against the source; what they deleted stays deleted.
"""

from __future__ import annotations

GONE_FOR_GOOD = "c.status = 'deleted' AND c.status_by IS NOT 'source'"
_DECIDED = f"(c.status_by IN ('author', 'moderator') OR {GONE_FOR_GOOD})"
STATUS = f"CASE WHEN {_DECIDED} THEN c.status ELSE s.status END"
STATUS_BY = f"CASE WHEN {_DECIDED} THEN c.status_by WHEN s.status = 'visible' THEN NULL ELSE 'source' END"
TEXT = f"CASE {STATUS} WHEN 'deleted' THEN '' ELSE s.text END"
EDITED_AT = f"CASE {STATUS} WHEN 'deleted' THEN NULL ELSE s.edited_at END"
