"""Files that are made to hurt are refused, or read as the little that they are, in less than a second."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from lms.plugins.quiz.formats import aiken, gift, moodle_xml, qti
from lms.plugins.quiz.formats.detection import detect
from lms.plugins.quiz.formats.errors import UnreadableFile
from lms.plugins.quiz.formats.limits import MAX_FILE
from lms.plugins.quiz.formats.zip_safety import open_zip

pytestmark = pytest.mark.unit


@contextmanager
def soon(seconds: float = 5) -> Iterator[None]:
    """Of processor time, so that a busy machine proves nothing; alone none takes one, among other tests more."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def refused(read: Callable[[bytes], object], data: bytes) -> str:
    with soon(), pytest.raises(UnreadableFile) as caught:
        read(data)
    return str(caught.value)


@pytest.mark.parametrize("read", [qti.read, detect, open_zip])
def test_zip_bomb_is_refused_before_it_is_unpacked(read: Callable) -> None:
    refused(read, packed({"imsmanifest.xml": bytes(50_000_000)}))
    refused(read, packed({f"{n}.xml": b"a" * 999_000 for n in range(70)}))


def test_zip_with_very_many_entries_or_a_lying_directory_is_refused() -> None:
    many = packed({f"{n}.xml": b"" for n in range(2_100)})
    refused(open_zip, many)
    end = many.rfind(b"PK\x05\x06")
    lying = many[: end + 8] + struct.pack("<HH", 3, 3) + many[end + 12 :]
    refused(open_zip, lying)


def test_zip_whose_entry_is_larger_than_it_says_gives_no_more_than_it_said() -> None:
    data = bytearray(packed({"a.xml": b"a" * 100_000}))
    for place, offset in ((data.find(b"PK\x03\x04"), 22), (data.find(b"PK\x01\x02"), 24)):
        struct.pack_into("<L", data, place + offset, 10)
    archive = open_zip(bytes(data))
    refused(lambda _data: archive.read("a.xml"), b"")


@pytest.mark.parametrize("name", ["../a.xml", "a/../../b.xml", "/etc/a.xml", "C:\\a.xml", "..\\a.xml", "soal.zip"])
def test_zip_with_names_that_lead_elsewhere_or_with_archives_inside_is_refused(name: str) -> None:
    refused(open_zip, packed({name: b"x"}))


def test_zip_inside_of_a_zip_is_never_given_out() -> None:
    archive = open_zip(packed({"a.xml": packed({"b": b"x"}, zipfile.ZIP_STORED)}))
    refused(lambda _data: archive.read("a.xml"), b"")


@pytest.mark.parametrize("cut", [4, 30, -10, -30])
def test_damaged_zip_is_refused(cut: int) -> None:
    refused(qti.read, packed({"imsmanifest.xml": b"<manifest/>" * 100})[:cut])


LAUGHS = '<!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'


@pytest.mark.parametrize("read", [moodle_xml.read, qti.read])
@pytest.mark.parametrize(
    "start",
    [
        LAUGHS,
        '<!DOCTYPE quiz SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE quiz [<!ENTITY c SYSTEM "file:///etc/passwd">]>',
        f'<?xml version="1.0"?><!-- x --><?y z?>\n{LAUGHS}',
    ],
)
def test_entities_and_document_types_are_refused(read: Callable, start: str) -> None:
    text = "<questiontext><text>&c;</text></questiontext>"
    message = refused(read, f'{start}<quiz><question type="essay">{text}</question></quiz>'.encode())
    assert "document type" in message
    assert "document type" in refused(read, f"{start}<quiz>&c;</quiz>".encode("utf-16"))


def test_deep_nesting_is_refused() -> None:
    refused(moodle_xml.read, b"<quiz>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</quiz>")
    refused(moodle_xml.read, b"<quiz>" + b"<a/>" * 1_100_000 + b"</quiz>")
    refused(moodle_xml.read, b"<quiz>" + b'<question type="x">' * 500_000)


def xml(text: str, more: str = "") -> bytes:
    inside = f'<questiontext format="html"><text>{text}</text>{more}</questiontext>'
    return f'<quiz><question type="essay">{inside}</question></quiz>'.encode()


def test_huge_base64_becomes_a_fault_or_a_doubt() -> None:
    image = '&lt;img src="@@PLUGINFILE@@/a"&gt;soal'
    for size in (9_000_000, 15_000_000):
        data = xml(image, f'<file name="a" encoding="base64">{"A" * size}</file>')
        with soon():
            reading = moodle_xml.read(data)
        assert not any(draft.pictures for draft in reading.drafts)
        assert len(reading.faults) + sum(len(draft.doubts) for draft in reading.drafts) == 1


@pytest.mark.parametrize("read", [gift.read, aiken.read])
def test_a_million_short_lines_are_refused(read: Callable) -> None:
    refused(read, b"a\n" * 1_000_000)
    refused(read, b"a\n\nA.\n\n" * 100_000)


@pytest.mark.parametrize("read", [gift.read, aiken.read, moodle_xml.read, qti.read, detect])
def test_files_that_are_too_large_or_empty_are_refused(read: Callable) -> None:
    refused(read, b"a" * (MAX_FILE + 1))
    refused(read, b" \n ")


@pytest.mark.parametrize(
    "text",
    [
        "a {" * 2_000_000,
        "a {" + "~a" * 3_000_000 + "}",
        "a {=" + "%" * 6_000_000 + "}",
        "::" * 3_000_000,
        "x" * 6_000_000,
        "<" * 6_000_000,
        "// " + "[tag:" * 1_000_000 + "\nx {",
        "[markdown]" + "![" * 3_000_000,
        "[markdown]" + "![](" * 1_000_000,
        "[html]" + "<img " * 1_000_000,
        "[html]<img>" + "<div>" * 1_000_000,
        "[html]" + "<div>" * 10_000,
        "[html]" + "<b></i>" * 8_000,
        "a {#" + "9" * 6_000_000 + "}",
        "a {#1e9999999}",
        "// lokakarya: " + "[" * 5_000_000 + "\na {",
    ],
    ids=lambda text: text[:14],
)
def test_endless_questions_become_one_fault(text: str) -> None:
    with soon():
        reading = gift.read(text.encode())
    assert (len(reading.drafts), len(reading.faults)) == (0, 1)


@pytest.mark.parametrize("text", ["{1:SA:" * 5_000, "{1:SA:=a" + "\\" * 50_000, "{ " * 25_000, "{1:SA:=a~" * 1_000_000])
def test_endless_gaps_become_one_fault(text: str) -> None:
    data = xml(text).replace(b"essay", b"cloze")
    with soon():
        reading = moodle_xml.read(data)
    assert (len(reading.drafts), len(reading.faults)) == (0, 1)


def test_what_runs_is_taken_out_wherever_it_is() -> None:
    evil = "&lt;p onclick='x'&gt;a&lt;/p&gt;&lt;script&gt;b&lt;/script&gt;&lt;iframe src='x'&gt;&lt;/iframe&gt;"
    inside = f"<text>{evil}</text>"
    data = (
        f'<quiz><question type="multichoice"><questiontext format="html">{inside}</questiontext>'
        f'<generalfeedback>{inside}</generalfeedback><answer fraction="100">{inside}<feedback>{inside}</feedback>'
        f'</answer><lokakarya>{{"answer": ["html", "{evil}"]}}</lokakarya></question></quiz>'
    )
    content = moodle_xml.read(data.encode()).drafts[0].content
    texts = [content.text, content.feedback, content.model_answer, content.options[0].text, content.options[0].feedback]
    assert {text.source for text in texts} == {"<p>a</p>"}
