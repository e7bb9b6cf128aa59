"""An article through the versions of its law: followed by its matter, not by its number."""

from datetime import date

from beishen.corpora.laws.default import open_default
from beishen.service.web.laws import _editions


def test_an_article_that_moved(home) -> None:
    """仲裁法 was revised in 2025: what art. 9 said of finality stands in art. 10 now."""
    with open_default(home) as store:
        versions = store.versions("中华人民共和国仲裁法")
        assert len(versions) >= 2
        new, old = _editions(store, versions, "第十条", date(2026, 11, 23))[:2]
        assert new.live and not old.live
        assert old.note == "该版本中为第九条"
        marked = "".join(text for text, changed in new.pieces if changed)
        kept = "".join(text for text, changed in new.pieces if not changed)
        assert "一裁终局" in kept and len(marked) < len(kept)


def test_an_article_of_one_version(home) -> None:
    with open_default(home) as store:
        only = _editions(store, store.versions("中华人民共和国行政处罚法")[-1:], "第十六条", date(2026, 11, 23))
        assert len(only) == 1 and only[0].live and only[0].note == ""
        assert all(not changed for _, changed in only[0].pieces)


def test_no_such_article(home) -> None:
    with open_default(home) as store:
        assert _editions(store, store.versions("中华人民共和国行政处罚法"), "第九千条", date(2026, 11, 23)) == ()
