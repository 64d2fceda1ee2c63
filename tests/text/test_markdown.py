from hypothesis import given, settings

from bot.text import markdown, plain
from bot.text.canonical import canonical
from bot.text.tree import Document
from tests.text.strategies import documents, texts


@settings(max_examples=300)
@given(documents)
def test_every_document_is_read_back_as_it_was(document: Document) -> None:
    assert markdown.parse(markdown.render(document)) == canonical(document)


@settings(max_examples=300)
@given(texts)
def test_canonical_markdown_is_a_fixed_point(source: str) -> None:
    rendered = markdown.render(markdown.parse(source))
    assert markdown.parse(rendered) == markdown.parse(source)
    assert markdown.render(markdown.parse(rendered)) == rendered


@settings(max_examples=300)
@given(texts)
def test_plain_text_keeps_its_meaning_as_markdown(source: str) -> None:
    assert markdown.parse(markdown.render(plain.parse(source))) == plain.parse(source)


@settings(max_examples=300)
@given(documents)
def test_canonical_form_is_a_fixed_point(document: Document) -> None:
    assert canonical(canonical(document)) == canonical(document)
