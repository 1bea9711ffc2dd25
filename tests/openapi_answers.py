"""Answers of an API against its own OpenAPI document, for the clients that tests use."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

PROBLEM = "application/problem+json"
Document = Callable[[], dict[str, Any]]


@cache
def _registry(document: Document) -> Registry[Any]:
    resource = Resource(contents=document(), specification=DRAFT202012)
    return Registry().with_resource("urn:api", resource)


@cache
def validator(document: Document, path: str, method: str, status: str) -> Draft202012Validator:
    """For the body of one answer of `document`."""
    answer = document()["paths"][path][method]["responses"][status]
    ((_kind, content),) = answer["content"].items()
    name = content["schema"]["$ref"].rpartition("/")[2]
    schema = {"$ref": f"urn:api#/components/schemas/{name}"}
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(schema, registry=_registry(document), format_checker=checker)


def check(document: Document, path: str, method: str, answer: Any) -> None:
    """The answer is one that the document tells of, with a body as it says."""
    status = str(answer.status_code)
    assert status in document()["paths"][path][method]["responses"], (path, status, answer.text[:300])
    if status == "304":
        return
    assert answer.mimetype == ("application/json" if status == "200" else PROBLEM), (path, status, answer.mimetype)
    validator(document, path, method, status).validate(answer.get_json())
