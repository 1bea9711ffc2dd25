"""QTI: items of version 2, packages of version 3, and what is written comes back."""

from __future__ import annotations

import hashlib
import io
import zipfile
from decimal import Decimal

import pytest

from lms.plugins.quiz.content import (
    ONE,
    ZERO,
    Accepted,
    Content,
    Number,
    Picture,
    Reading,
    Text,
)
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats import qti
from lms.plugins.quiz.formats.detection import detect
from lms.plugins.quiz.formats.errors import UnreadableFile

pytestmark = pytest.mark.unit
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)
PICTURE = Picture(sha=hashlib.sha256(PNG).hexdigest(), media_type="image/png", data=PNG)


def item2(declaration: str, body: str, more: str = "", title: str = "Soal") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i1" '
        f'title="{title}" adaptive="false" timeDependent="false">{declaration}'
        f"<itemBody>{body}</itemBody>{more}</assessmentItem>"
    ).encode()


def declaration(inside: str, cardinality: str = "single", base: str = "identifier", name: str = "RESPONSE") -> str:
    attributes = f'identifier="{name}" cardinality="{cardinality}" baseType="{base}"'
    return f"<responseDeclaration {attributes}>{inside}</responseDeclaration>"


def right(*values: str) -> str:
    return "<correctResponse>" + "".join(f"<value>{value}</value>" for value in values) + "</correctResponse>"


def mapping(**points: float) -> str:
    entries = "".join(f'<mapEntry mapKey="{key}" mappedValue="{worth}"/>' for key, worth in points.items())
    return f'<mapping defaultValue="0">{entries}</mapping>'


def choices(*words: str, most: int = 1) -> str:
    options = "".join(
        f'<simpleChoice identifier="{letter}">{word}</simpleChoice>'
        for letter, word in zip("ABCDEFG", words, strict=False)
    )
    return (
        f'<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="{most}">'
        f"<prompt>Siapa memimpin rapat?</prompt>{options}</choiceInteraction>"
    )


def only(reading: Reading) -> Content:
    assert reading.faults == ()
    assert len(reading.drafts) == 1
    return reading.drafts[0].content


def package(items: dict[str, str], test: str = "") -> bytes:
    target = io.BytesIO()
    resources = "".join(
        f'<resource identifier="r{n}" type="imsqti_item_xmlv3p0" href="{name}"><file href="{name}"/></resource>'
        for n, name in enumerate(items)
    )
    if test:
        resources += '<resource identifier="t" type="imsqti_test_xmlv3p0" href="test.xml"/>'
    namespace = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
    manifest = f'<manifest xmlns="{namespace}" identifier="m"><resources>{resources}</resources></manifest>'
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", manifest)
        for name, text in items.items():
            archive.writestr(name, text)
        archive.writestr("images/peta.png", PNG)
        if test:
            archive.writestr("test.xml", test)
    return target.getvalue()


ITEM3 = """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="a" title="Peta"
 adaptive="false" time-dependent="false"><qti-response-declaration identifier="RESPONSE" cardinality="single"
 base-type="identifier"><qti-correct-response><qti-value>B</qti-value></qti-correct-response></qti-response-declaration>
 <qti-item-body><p>Lihat <img src="../images/peta.png" alt="peta"/><script>alert(1)</script></p>
 <qti-choice-interaction response-identifier="RESPONSE" max-choices="1"><qti-prompt>Di mana?</qti-prompt>
 <qti-simple-choice identifier="A">Utara &lt;b&gt;</qti-simple-choice>
 <qti-simple-choice identifier="B">Selatan <em>kota</em></qti-simple-choice></qti-choice-interaction></qti-item-body>
 <qti-modal-feedback outcome-identifier="F" identifier="B" show-hide="show"><qti-content-body>Tepat</qti-content-body>
 </qti-modal-feedback></qti-assessment-item>"""


def test_q1_single_choice_of_qti_2_with_weights() -> None:
    data = item2(declaration(right("B") + mapping(A=1, B=2, C=-1)), choices("Ketua", "Sekretaris", "Tamu"))
    content = only(qti.read(data))
    assert content.kind == "choice"
    assert content.name == "Soal"
    assert content.text == Text(source="Siapa memimpin rapat?")
    assert [option.fraction for option in content.options] == [Decimal("0.5"), ONE, Decimal("-0.5")]
    assert content.shuffles


def test_q10_weights_of_a_multiple_choice_add_up_to_one() -> None:
    data = item2(declaration(right("A", "B") + mapping(A=2, B=1, C=-3), "multiple"), choices("a", "b", "c", most=0))
    content = only(qti.read(data))
    assert content.kind == "multichoice"
    assert [option.fraction for option in content.options] == [Decimal("0.6666667"), Decimal("0.3333333"), -ONE]


def test_q10_multiple_choice_that_is_all_or_nothing_is_doubtful_and_ticking_everything_loses() -> None:
    data = item2(declaration(right("A", "B"), "multiple"), choices("a", "b", "c", most=0))
    reading = qti.read(data)
    assert [option.fraction for option in only(reading).options] == [Decimal("0.5"), Decimal("0.5"), -ONE]
    assert len(reading.drafts[0].doubts) == 1


def test_the_template_match_correct_passes_the_mapping_over() -> None:
    processing = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
    data = item2(declaration(right("B") + mapping(A=1, B=2)), choices("a", "b"), processing)
    assert [option.fraction for option in only(qti.read(data)).options] == [ZERO, ONE]


def test_two_options_that_say_true_and_false_are_a_statement() -> None:
    feedback = '<modalFeedback outcomeIdentifier="F" identifier="incorrect" showHide="show">Bukan</modalFeedback>'
    content = only(qti.read(item2(declaration(right("B")), choices("Salah", "Benar"), feedback)))
    assert content.kind == "truefalse"
    assert [option.text.source for option in content.options] == ["Benar", "Salah"]
    assert [option.fraction for option in content.options] == [ONE, ZERO]
    assert [option.feedback.source for option in content.options] == ["", "Bukan"]


def test_order_interaction_is_an_ordering_in_the_order_of_the_key() -> None:
    body = (
        '<orderInteraction responseIdentifier="RESPONSE"><prompt>Urutkan</prompt>'
        '<simpleChoice identifier="A">kedua</simpleChoice><simpleChoice identifier="B">pertama</simpleChoice>'
        "</orderInteraction>"
    )
    content = only(qti.read(item2(declaration(right("B", "A"), "ordered"), body)))
    assert [step.source for step in content.steps] == ["pertama", "kedua"]


def test_q2_match_interaction_keeps_a_lone_distractor() -> None:
    def side(name: str, *words: str) -> str:
        inside = "".join(
            f'<simpleAssociableChoice identifier="{name}{n}" matchMax="1">{word}</simpleAssociableChoice>'
            for n, word in enumerate(words)
        )
        return f"<simpleMatchSet>{inside}</simpleMatchSet>"

    body = (
        '<matchInteraction responseIdentifier="RESPONSE"><prompt>Padankan</prompt>'
        + side("p", "Ketua", "Bendahara")
        + side("a", "rapat", "kas", "dapur")
        + "</matchInteraction>"
    )
    content = only(qti.read(item2(declaration(right("p0 a0", "p1 a1"), "multiple", "directedPair"), body)))
    assert [(pair.prompt.source, pair.answer) for pair in content.pairs] == [
        ("Ketua", "rapat"),
        ("Bendahara", "kas"),
        ("", "dapur"),
    ]


def test_q2_text_entry_of_a_number_keeps_its_tolerance() -> None:
    processing = (
        '<responseProcessing><responseCondition><responseIf><equal toleranceMode="absolute" tolerance="0.5 0.5">'
        '<variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal></responseIf></responseCondition>'
        "</responseProcessing>"
    )
    body = '<p>Berapa persen?</p><p><textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    content = only(qti.read(item2(declaration(right("12.5"), base="float"), body, processing)))
    assert content.kind == "numerical"
    assert content.numbers == (Number(value=Decimal("12.5"), tolerance=Decimal("0.5")),)


def test_text_entry_takes_a_star_as_a_star_and_keeps_partial_answers() -> None:
    inside = (
        right("Dinas Sosial") + '<mapping defaultValue="0"><mapEntry mapKey="Dinas Sosial" mappedValue="2" '
        'caseSensitive="false"/><mapEntry mapKey="Dinas*" mappedValue="1" caseSensitive="false"/></mapping>'
    )
    body = '<p>Kantor apa?</p><div><textEntryInteraction responseIdentifier="RESPONSE"/></div>'
    content = only(qti.read(item2(declaration(inside, base="string"), body)))
    assert content.accepted == (
        Accepted(pattern="Dinas Sosial"),
        Accepted(pattern="Dinas\\*", fraction=Decimal("0.5")),
    )
    assert not content.case_matters


def test_entries_and_choices_inside_of_a_line_are_gaps() -> None:
    declarations = (
        declaration(right("Bogor"), base="string", name="R1")
        + declaration(right("X"), name="R2")
        + declaration(right("7"), base="integer", name="R3")
    )
    body = (
        '<p>Kota <textEntryInteraction responseIdentifier="R1"/> punya '
        '<inlineChoiceInteraction responseIdentifier="R2">'
        '<inlineChoice identifier="X">banyak</inlineChoice><inlineChoice identifier="Y">sedikit</inlineChoice>'
        '</inlineChoiceInteraction> taman, yaitu <textEntryInteraction responseIdentifier="R3"/>.</p>'
    )
    content = only(qti.read(item2(declarations, body)))
    assert content.kind == "cloze"
    assert content.text == Text(source="<p>Kota {#1} punya {#2} taman, yaitu {#3}.</p>", format=TextFormat.HTML)
    assert content.gaps[0].accepted == (Accepted(pattern="Bogor"),)
    assert [(option.text.source, option.fraction) for option in content.gaps[1].options] == [
        ("banyak", ONE),
        ("sedikit", ZERO),
    ]
    assert content.gaps[2].numbers == (Number(value=Decimal(7)),)


def test_words_dragged_into_a_text_are_gaps_with_all_words() -> None:
    body = (
        '<gapMatchInteraction responseIdentifier="RESPONSE"><prompt>Isi</prompt>'
        '<gapText identifier="W" matchMax="1">kas</gapText><gapText identifier="S" matchMax="1">rapat</gapText>'
        '<p>Bendahara mengurus <gap identifier="G1"/></p></gapMatchInteraction>'
    )
    content = only(qti.read(item2(declaration(right("W G1"), "multiple", "directedPair"), body)))
    assert content.text.source == "<p>Isi</p><p>Bendahara mengurus {#1}</p>"
    assert [(option.text.source, option.fraction) for option in content.gaps[0].options] == [
        ("kas", ONE),
        ("rapat", ZERO),
    ]


def test_q1_package_of_qti_3_with_picture_feedback_and_nested_categories() -> None:
    test = (
        '<qti-assessment-test xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="t" title="T">'
        '<qti-test-part identifier="p"><qti-assessment-section identifier="s" title="Manajemen">'
        '<qti-assessment-section identifier="s2" title="Wilayah"><qti-assessment-item-ref identifier="a" '
        'href="items/a.xml"/></qti-assessment-section></qti-assessment-section></qti-test-part></qti-assessment-test>'
    )
    data = package({"items/a.xml": ITEM3}, test)
    assert detect(data, "paket.zip") == "qti3"
    reading = qti.read(data)
    content = only(reading)
    image = f'<img src="picture:{PICTURE.sha}" alt="peta">'
    assert content.text == Text(source=f"<p>Lihat {image}</p><p>Di mana?</p>", format=TextFormat.HTML)
    assert content.options[0].text == Text(source="Utara <b>")
    assert content.options[1].text == Text(source="Selatan <em>kota</em>", format=TextFormat.HTML)
    assert content.options[1].feedback == Text(source="Tepat")
    assert reading.drafts[0].pictures == (PICTURE,)
    assert reading.drafts[0].category == ("Manajemen", "Wilayah")
    assert reading.categories == (("Manajemen", "Wilayah"),)


def test_q4_a_broken_item_stops_no_other() -> None:
    hotspot = ITEM3.replace("qti-choice-interaction", "qti-hotspot-interaction")
    data = package({"a.xml": "<broken", "b.xml": hotspot, "items/c.xml": ITEM3, "d.xml": ITEM3.replace(">B<", "><")})
    reading = qti.read(data)
    assert [draft.where for draft in reading.drafts] == ["items/c.xml"]
    assert [fault.where for fault in reading.faults] == ["a.xml", "b.xml", "d.xml"]
    assert "qti-hotspot-interaction" in reading.faults[1].reason


def test_qti_1_and_other_xml_are_refused_with_advice() -> None:
    with pytest.raises(UnreadableFile, match=r"QTI 1\.2"):
        qti.read(b"<questestinterop><item/></questestinterop>")
    with pytest.raises(UnreadableFile):
        qti.read(b"<html><body/></html>")
