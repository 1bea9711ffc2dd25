"""Sending e-mail, from jobs only: SMTP, a folder while developing, or nothing at all."""

from __future__ import annotations

import enum
import hashlib
import re
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from lms.kernel.clock import now
from lms.kernel.errors import ConfigurationError, LmsError
from lms.kernel.installation import settings

_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]\\@]+@[^\s<>,;:\"()\[\]\\@]+")
_TIMEOUT = 20.0


class Outcome(enum.StrEnum):
    """What became of a message."""

    SENT = "sent"
    SUPPRESSED = "suppressed"
    OFF = "off"


class BadAddress(LmsError):
    """This is not one plain e-mail address."""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that goes with a message."""

    filename: str
    content_type: str
    data: bytes


def send(
    to: str,
    subject: str,
    text: str,
    *,
    html: str | None = None,
    attachments: Sequence[Attachment] = (),
    message_id: str = "",
) -> Outcome:
    """Send one message to one address; the demo never sends, and an empty LMS_MAIL_URL means mail is off.

    `message_id` is any text that is the same when a job repeats the message (a row's id), so that mail programs show
    it once. Raises BadAddress, or what SMTP raises: the job then tries again.
    """
    conf = settings()
    if conf.demo:
        return Outcome.SUPPRESSED
    if not conf.mail_url:
        return Outcome.OFF
    message = _message(to, subject, text, html=html, attachments=attachments, message_id=message_id)
    deliver(message, conf.mail_url)
    return Outcome.SENT


def _message(
    to: str, subject: str, text: str, *, html: str | None, attachments: Sequence[Attachment], message_id: str
) -> EmailMessage:
    if not _ADDRESS.fullmatch(to):
        raise BadAddress
    host = urlsplit(settings().base_url).hostname or "localhost"
    message = EmailMessage(policy=SMTP)
    message["From"] = _sender(settings().mail_url) or f"noreply@{host}"
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(now())
    digest = hashlib.sha256(f"{message_id}|{to}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@{host}>" if message_id else make_msgid(domain=host)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    for part in attachments:
        main, _, sub = part.content_type.partition("/")
        message.add_attachment(part.data, maintype=main, subtype=sub, filename=part.filename)
    return message


def _sender(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("from", [""])[0]


def deliver(message: EmailMessage, url: str) -> None:
    """Hand the message to `smtp://user:password@host:port?from=…&tls=starttls|none`, `smtps://…` or `file:FOLDER`."""
    if url.startswith("file:"):
        folder = Path(url.removeprefix("file://").removeprefix("file:").partition("?")[0])
        folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:16]
        (folder / f"{now():%Y%m%dT%H%M%S}-{name}.eml").write_bytes(message.as_bytes())
        return
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ConfigurationError("LMS_MAIL_URL must start with smtp://, smtps:// or file:.")
    with _connect(url) as server:
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _connect(url: str) -> smtplib.SMTP:
    """TLS is the default everywhere but on this machine, so that a password never travels in the open by accident."""
    parts = urlsplit(url)
    host, context = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "smtps":
        return smtplib.SMTP_SSL(host, parts.port or 465, timeout=_TIMEOUT, context=context)
    default = "none" if host in {"localhost", "127.0.0.1", "::1"} else "starttls"
    server = smtplib.SMTP(host, parts.port or 587, timeout=_TIMEOUT)
    if parse_qs(parts.query).get("tls", [default])[0] == "starttls":
        server.starttls(context=context)
    return server
