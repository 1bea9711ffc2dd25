"""Controls: each checker refuses a tiny tree that breaks its rule, and accepts the same tree without the fault."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools import catalogues, third_party
from tools.checks import layers, sizes, templates, wording

pytestmark = pytest.mark.contract
ROOT = Path(__file__).resolve().parents[2]
PLUGIN = "PLUGIN = PluginInfo(name='a', requires={requires})\n"


def tree(root: Path, **files: str) -> Path:
    """Write files; `__` in a name stands for a folder, the last `_` part of it for the suffix: `lms__a_py`."""
    for key, text in files.items():
        stem, _dot, suffix = key.replace("__", "/").rpartition("_")
        path = root / f"{stem}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


# Sizes


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("lms__a_py", "x = 1\n" * 401, "401 lines"),
        ("lms__a_py", "def f():\n" + "    x = 1\n" * 50, "51 lines"),
        ("lms__a_py", "@bp.get('/')\ndef show():\n" + "    x = 1\n" * 21, "view show has 21 statements"),
        ("lms__templates__a_html", "<p>\n" * 151, "151 lines"),
        ("lms__static__a_js", "let x\n" * 101, "101 lines"),
    ],
)
def test_sizes_refuses_what_is_too_long(tmp_path: Path, name: str, text: str, said: str) -> None:
    found = sizes.check(tree(tmp_path, **{name: text}))
    assert len(found) == 1
    assert said in found[0]


def test_sizes_accepts_what_is_at_the_limit_and_vendored_files(tmp_path: Path) -> None:
    tree(tmp_path, lms__a_py="x = 1\n" * 400, lms__static__vendor__a_js="let x\n" * 500)
    assert sizes.check(tmp_path) == []
    assert sizes.warnings(tmp_path) == ["lms/a.py: 400 lines, aim at 300"]


def test_sizes_counts_a_long_call_of_a_view_once(tmp_path: Path) -> None:
    call = "    return page(\n" + "        a=1,\n" * 30 + "    )\n"
    assert sizes.check(tree(tmp_path, lms__a_py="@bp.get('/')\ndef show():\n" + call)) == []


# Layers


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("lms__core__a__models_py", "from lms.core.a.services import f\n", "models imports services"),
        ("lms__core__a__models_py", "from lms.core.a import queries\n", "models imports queries"),
        ("lms__core__a__events_py", "from lms.core.a.models import A\n", "events imports models"),
        ("lms__core__a__services_py", "from lms.core.a.staff_views import bp\n", "services imports staff_views"),
        ("lms__core__a__services_py", "from flask import request\n", "must not know the web"),
        ("lms__core__a__queries_py", "from flask_login import current_user\n", "must not know the web"),
        ("lms__core__a__views_py", "import sqlalchemy as sa\nrows = sa.select(A)\n", "a view builds no query"),
        ("lms__core__a__services_py", "def f():\n    db.session.commit()\n", "only unit_of_work"),
        ("lms__core__a__services_py", "def f():\n    import json\n", "needs `# noqa: PLC0415"),
        ("lms__core__a__services_py", "try:\n    f()\nexcept Exception:\n    pass\n", "`except Exception`"),
        ("lms__core__a__services_py", "try:\n    f()\nexcept:\n    pass\n", "`except Exception`"),
        ("lms__core__a__services_py", "from .models import A\n", "write imports in full"),
        ("lms__plugins__a__views_py", "from lms.plugins.b.services import f\n", "only its api"),
        ("lms__plugins__a__views_py", "from lms.plugins.b import models\n", "only its api"),
        ("lms__plugins__a__views_py", "from lms.plugins.b.api import f\n", "does not require b"),
        ("examples__x__x__views_py", "from lms.kernel.db import db\n", "a third party imports"),
        ("examples__x__x__views_py", "from lms.plugins.b.models import B\n", "a third party imports"),
    ],
)
def test_layers_refuses_a_forbidden_import(tmp_path: Path, name: str, text: str, said: str) -> None:
    found = layers.check(tree(tmp_path, lms__plugins__a__plugin_py=PLUGIN.format(requires="()"), **{name: text}))
    assert len(found) == 1
    assert said in found[0]


def test_layers_accepts_what_the_rules_allow(tmp_path: Path) -> None:
    tree(
        tmp_path,
        lms__plugins__a__plugin_py=PLUGIN.format(requires="('b',)"),
        lms__plugins__a__views_py="from lms.plugins.a import services\nfrom lms.plugins.b.api import f\n",
        lms__plugins__a__services_py="from lms.plugins.a.models import A\n",
        lms__core__a__services_py="try:\n    f()\nexcept BaseException:\n    undo()\n    raise\n",
        lms__kernel__db_py="session.commit()\n",
        lms__kernel__x_py="def f():\n    import typst  # noqa: PLC0415 -- slow import\n",
        examples__x__x__views_py="from lms.sdk import db\nfrom lms.plugins.b.api import f\n",
    )
    assert layers.check(tmp_path) == []


# Templates


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<script>go()</script>", "inline '<script>'"),
        ('<script type="module">go()</script>', "inline"),
        ("<style>p{}</style>", "inline"),
        ('<p style="color:red">{{ _("x") }}</p>', "inline"),
        ('<a onclick="go()">{{ _("x") }}</a>', "inline"),
        ("{{ text|safe }}", "lets markup of people through"),
        ("{{ Markup(text) }}", "lets markup of people through"),
        ("<p>Selamat datang</p>", "words outside _()"),
        ('<img alt="A hall">', "words outside _()"),
    ],
)
def test_templates_refuses_what_is_unsafe_or_cannot_be_translated(tmp_path: Path, text: str, said: str) -> None:
    found = templates.check(tree(tmp_path, lms__templates__a_html=text))
    assert len(found) == 1
    assert said in found[0]


def test_templates_refuses_markup_in_python(tmp_path: Path) -> None:
    assert len(templates.check(tree(tmp_path, lms__core__a_py="x = Markup(text)\n"))) == 1


def test_templates_accepts_clean_ones(tmp_path: Path) -> None:
    text = (
        '{# A comment with words. #}<script src="/a.js" defer></script><script type="application/json">{}</script>'
        '<p class="card" data-on="x">{{ _("Hello") }} BK3S &middot; 12 {% if done %}{{ name }}{% endif %}</p>'
    )
    assert templates.check(tree(tmp_path, lms__templates__a_html=text)) == []


# Wording


@pytest.mark.parametrize("word", ["/wo" + "rk/x", "/tmp/" + "brief", "pypi" + ".org", "files.python" + "hosted"])
def test_wording_refuses_names_of_machines_and_registries(tmp_path: Path, word: str) -> None:
    tree(tmp_path, CHANGELOG_md="# Changes\n\n## Unreleased\n", docs__a_md=f"See {word}.\n")
    assert len(wording.check(tmp_path)) == 1


def test_wording_wants_an_open_section_in_the_change_log(tmp_path: Path) -> None:
    assert wording.check(tree(tmp_path, CHANGELOG_md="# Changes\n\n## 1.0\n")) != []
    assert wording.check(tree(tmp_path, CHANGELOG_md="# Changes\n\n## Unreleased\n")) == []


# Catalogues


def po_of(root: Path, language: str = "id") -> Path:
    return root / "lms" / "translations" / language / "LC_MESSAGES" / "messages.po"


def translated(root: Path, code: str, **pairs: str) -> Path:
    """A core with `code`, whose catalogues are up to date."""
    catalogues.update(["core"], pairs, tree(root, lms__a_py=code))
    return root


def test_catalogues_accepts_a_complete_one(tmp_path: Path) -> None:
    root = translated(tmp_path, "_('Save')\nngettext('%(num)d seat', '%(num)d seats', n)\n", Save="Simpan")
    assert catalogues.check(root) == ["core id: no translation of ('%(num)d seat', '%(num)d seats')"]
    catalogues.update(["core"], {"%(num)d seats": "%(num)d kursi"}, root)
    assert catalogues.check(root) == []
    assert 'msgstr "Simpan"' in po_of(root).read_text()
    assert 'msgstr[1] "%(num)d seats"' in po_of(root, "en").read_text()


def test_catalogues_refuses_a_message_that_is_not_extracted(tmp_path: Path) -> None:
    root = translated(tmp_path, "_('Save')\n", Save="Simpan")
    tree(root, lms__b_py="_('Delete')\n")
    assert "core id: no translation of 'Delete'" in catalogues.check(root)


def test_catalogues_refuses_other_placeholders(tmp_path: Path) -> None:
    root = translated(tmp_path, "_('Save')\n_('By %(name)s')\n", **{"Save": "Simpan", "By %(name)s": "Oleh %(nama)s"})
    assert catalogues.check(root) == ["core id: placeholders differ in 'By %(name)s'"]


def test_catalogues_refuses_a_fuzzy_translation(tmp_path: Path) -> None:
    root = translated(tmp_path, "_('Save')\n", Save="Simpan")
    po_of(root).write_text(po_of(root).read_text().replace('msgid "Save"', '#, fuzzy\nmsgid "Save"'))
    assert "core id: 'Save' is fuzzy" in catalogues.check(root)


def test_catalogues_refuses_a_stale_binary(tmp_path: Path) -> None:
    root = translated(tmp_path, "_('Save')\n", Save="Simpan")
    po_of(root).write_text(po_of(root).read_text().replace("Simpan", "Simpanlah"))
    assert catalogues.check(root) == [
        "lms/translations/id/LC_MESSAGES/messages.mo is stale: run tools/catalogues.py update core"
    ]


def test_catalogues_keeps_translations_and_gives_the_same_bytes_again(tmp_path: Path) -> None:
    root = translated(tmp_path, "_('Save')\n", Save="Simpan")
    before = po_of(root).read_bytes(), po_of(root).with_suffix(".mo").read_bytes()
    assert catalogues.update(["core"], {}, root) == []
    assert (po_of(root).read_bytes(), po_of(root).with_suffix(".mo").read_bytes()) == before


def test_catalogues_leaves_plugins_to_their_own(tmp_path: Path) -> None:
    tree(tmp_path, lms__plugins__a__plugin_py="_('Quiz')\n")
    root = translated(tmp_path, "_('Save')\n", Save="Simpan")
    assert "Quiz" not in po_of(root).read_text()
    assert "a id: no translation of 'Quiz'" in catalogues.check(root)


def test_several_people_may_update_at_once(tmp_path: Path) -> None:
    root = tree(tmp_path, lms__a_py="\n".join(f"_('Message {n}')" for n in range(50)))
    code = "import pathlib, sys, tools.catalogues as c; c.update(['core'], {}, pathlib.Path(sys.argv[1]))"
    running = [subprocess.Popen([sys.executable, "-c", code, str(root)], cwd=ROOT) for _ in range(3)]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]
    assert po_of(root).read_text().count("msgid") == 51
    assert sorted(path.name for path in po_of(root).parent.iterdir()) == ["messages.mo", "messages.po"]


# Licences


@pytest.mark.parametrize("licence", ["AGPL-3.0-only", "GNU Affero General Public License v3", "GPL-3.0-only", ""])
def test_third_party_refuses_what_is_not_permissive(licence: str) -> None:
    assert len(third_party.refused([third_party.Package(name="x", version="1", licence=licence)])) == 1


@pytest.mark.parametrize("licence", ["MIT", "LGPL-3.0-only", "Apache-2.0 OR BSD-3-Clause"])
def test_third_party_accepts_what_is(licence: str) -> None:
    assert third_party.refused([third_party.Package(name="x", version="1", licence=licence)]) == []
