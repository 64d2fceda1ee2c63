"""Whether two texts are the same but for their typography.

WordPress exports what people typed, but shows it with other quotes and dashes, smileys as pictures and bare addresses
as links. Both are the same comment.
"""

from __future__ import annotations

import re

_SMILEYS = {
    "🙂": ":smile: :-) :)",
    "🙁": ":sad: :-( :(",
    "😉": ":wink: ;-) ;)",
    "😀": ":grin: :-D :D",
    "😛": ":razz: :-P :P",
    "😐": ":neutral: :-| :|",
    "😕": ":???: :-? :?",
    "😎": ":cool: 8-) 8)",
    "😯": ":shock: 8-O 8O",
    "😮": ":eek: :-o :o",
    "😡": ":mad: :-x :x",
    "😈": ":twisted:",
    "👿": ":evil:",
    "💡": ":idea:",
    "😳": ":oops:",
    "🙄": ":roll:",
    "😥": ":cry:",
    "😆": ":lol:",
    "➡": ":arrow:",
    "❗": ":!:",
    "❓": ":?:",
}
_SMILEY = {code: shown for shown, codes in _SMILEYS.items() for code in codes.split()}
_CODE = re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, _SMILEY))})(?!\S)")
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_LINK_TO_ITSELF = re.compile(r"\[([^\[\]\n]{1,300})\]\((?:mailto:|https?://)\1/?\)")
_DASHES = re.compile(r"-{2,3}|[–—−]")
_MARK = re.compile(r"\(tm\)", re.IGNORECASE)
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″", '"'),
        "…": "...",
        "×": "x",
        "™": "(tm)",
        "\xa0": " ",
    }
)
_NOTHING = "0"  # PHP takes it for nothing, and so themes do not show it


def folded(text: str) -> str:
    """A text to compare others with: equal for texts that WordPress may have made of the same one."""
    text = _CODE.sub(lambda match: _SMILEY[match[0]], _ESCAPE.sub("", text))
    text = _LINK_TO_ITSELF.sub(r"\1", text).replace("http://www.", "www.")
    text = _DASHES.sub("-", text.translate(_SIGNS)).replace("''", '"')
    return "" if text == _NOTHING else _MARK.sub("", text)
