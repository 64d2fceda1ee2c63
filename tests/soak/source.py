"""An article with a discussion as its source has it, and as it has it later."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

_BEGUN = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Source:
    """What the site holds; it can be changed and written again."""

    title: str = "The Harbour at Low Tide"
    sections: list[tuple[str | None, str]] = field(default_factory=list)
    comments: list[tuple[str, str | None, str]] = field(default_factory=list)
    """Id, parent's id, text; parents first."""

    @classmethod
    def first(cls, *, sections: int = 3, comments: int = 7) -> Source:
        """Sections, and comments nested to different depths, one of them longer than a message holds."""
        made = cls(sections=[(None, "What the tide leaves behind.")])
        for number in range(1, sections):
            made.sections.append((f"Pier {number}", f"Pier {number} stands, for now. " * 6))
        for number in range(comments):
            parent = None if number % 4 == 0 else f"c{number - (number % 4 if number % 3 else 1)}"
            made.comments.append((f"c{number}", parent, f"Comment {number} on the harbour."))
        if comments > 2:
            made.comments[2] = ("c2", made.comments[2][1], "Comment 2, at length. " * 120)
        return made

    def revise(self) -> None:
        """Add and change a section, add, change and withdraw a comment."""
        heading, text = self.sections[1]
        self.sections[1] = (heading, f"{text} Revised since.")
        self.sections.append(("Afterword", "Written when all was over."))
        identifier, parent, _ = self.comments[1]
        self.comments[1] = (identifier, parent, "Comment 1, corrected.")
        self.comments[3] = (*self.comments[3][:2], "")
        self.comments.append(("late", self.comments[0][0], "A late comment."))

    @property
    def expected(self) -> dict[str, bool]:
        """Words, and whether our messages must show them once everything is posted."""
        revised = any(identifier == "late" for identifier, _, _ in self.comments)
        return dict.fromkeys(("Revised since.", "Afterword\n", "corrected", "A late comment"), revised) | {
            "Comment 3 on": not revised
        }

    def write(self, path: Path) -> Path:
        """Write it as Oped's own JSON."""
        comments = [
            {
                "id": identifier,
                "source_id": identifier,
                "parent_id": parent,
                "author": f"Reader {rank % 5}",
                "created_at": (_BEGUN + timedelta(minutes=rank)).isoformat(),
                "status": "visible" if text else "deleted",
                "text": text,
            }
            for rank, (identifier, parent, text) in enumerate(self.comments)
        ]
        article = {
            "slug": "harbour",
            "title": self.title,
            "author": None,
            "source_url": "https://example.com/harbour",
            "published_at": None,
            "sections": [{"heading": heading, "text": text} for heading, text in self.sections],
            "comments": comments,
        }
        path.write_text(json.dumps(article), encoding="utf-8")
        return path
