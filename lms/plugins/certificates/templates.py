"""Designs of an organiser: made, changed as a new version each time, chosen for a role of a workshop, exchanged."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _

from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import workshop_by_id
from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore, unit_of_work
from lms.kernel.memory import kept_for_good
from lms.kernel.permissions import Actor
from lms.kernel.storage import storage
from lms.plugins.certificates import template_queries as queries
from lms.plugins.certificates.design import exchange, pictures, ready_made
from lms.plugins.certificates.design.engine import AssetReader
from lms.plugins.certificates.design.model import Design, canonical, digest
from lms.plugins.certificates.design.problems import problems_of
from lms.plugins.certificates.design_models import Asset, Template, TemplateChoice, TemplateVersion
from lms.plugins.certificates.enums import PaperKind, PaperRole
from lms.plugins.certificates.errors import CertificateRefused

__all__ = ["problems_of"]
MAX_TEMPLATES = 200  # an organiser
MAX_ASSETS = 500
NAME_LENGTH = 120


def version_for(workshop: Workshop, role: PaperRole, kind: PaperKind) -> TemplateVersion:
    """The version that a paper is printed with: of the workshop's choice for the role, else of the ready-made design.

    Makes the organiser's row of a ready-made design when it is missing, also beside others that do the same.
    """
    chosen = queries.choice_of(workshop.id, role) if kind is PaperKind.CERTIFICATE else None
    if chosen is not None:
        return queries.newest_version(chosen.template_id)
    return _ready_made(workshop.organiser_id, ready_made.default_for(role, kind))


def design_for(workshop: Workshop, role: PaperRole, kind: PaperKind) -> Design:
    """The design that `version_for` would give, without writing anything: for previews."""
    chosen = queries.choice_of(workshop.id, role) if kind is PaperKind.CERTIFICATE else None
    if chosen is not None:
        return design_of(queries.newest_version(chosen.template_id))
    return ready_made.design(ready_made.default_for(role, kind))


def design_of(version: TemplateVersion) -> Design:
    """The design of a version; kept per process by its fingerprint, which a rollback cannot give to another design."""

    def read(sha256s: Collection[str]) -> dict[str, Design]:
        return dict.fromkeys(sha256s, Design.model_validate(version.design))

    return kept_for_good("certificates.designs", [version.sha256], read)[version.sha256]


def asset_reader(organiser_id: int) -> AssetReader:
    """Reads an organiser's pictures and keeps what it has read: one reader serves a whole batch.

    It raises NotFound for a picture of somebody else, and FileMissing when the file is gone.
    """
    kept: dict[str, tuple[str, bytes]] = {}

    def read(sha256: str) -> tuple[str, bytes]:
        if sha256 not in kept:
            asset = queries.asset_by_sha(organiser_id, sha256)
            kept[sha256] = (asset.media_type, storage().read(asset.storage_key))
        return kept[sha256]

    return read


def ensure_ready_made(organiser_id: int) -> None:
    """The organiser has every ready-made design in its present form; repeating it changes nothing.

    A design that the product changed becomes a new version; old ones stay, since papers were printed with them.
    """
    with unit_of_work():
        for name in ready_made.NAMES:
            _ready_made(organiser_id, name)


def _ready_made(organiser_id: int, name: str) -> TemplateVersion:
    template = queries.ready_made_of(organiser_id, name)
    if template is not None:
        known = queries.fingerprints_of(template.id)
        # Also when it is not the newest: an old process beside a new one must not bring the old design back.
        if ready_made.fingerprint(name) in known:
            return queries.newest_version(template.id)
    with unit_of_work():
        return _renewed(organiser_id, name)


def _renewed(organiser_id: int, name: str) -> TemplateVersion:
    values = {"name": ready_made.NAMES[name], "created_at": now(), "archived_at": None}
    insert_ignore(
        Template, {"organiser_id": organiser_id, "ready_made": name, **values}, keys=("organiser_id", "ready_made")
    )
    template = queries.ready_made_of(organiser_id, name)
    assert template is not None
    known = queries.fingerprints_of(template.id)
    if ready_made.fingerprint(name) not in known:
        number = max(known.values(), default=0) + 1
        insert_ignore(
            TemplateVersion,
            _version_values(template.id, number, ready_made.design(name)),
            keys=("template_id", "number"),
        )
    return queries.newest_version(template.id)


def _version_values(template_id: int, number: int, design: Design, account_id: int | None = None) -> dict[str, Any]:
    return {
        "template_id": template_id,
        "number": number,
        "design": canonical(design),
        "sha256": digest(design),
        "created_at": now(),
        "created_by_id": account_id,
    }


def create(*, organiser_id: int, name: str, design: Design, actor: Actor) -> Template:
    """A template of the organiser with this design as version 1.

    Raises CertificateRefused on `name`, or when the design shows pictures that the organiser does not have.
    """
    name = _checked_name(name)
    if len(queries.templates_of(organiser_id)) >= MAX_TEMPLATES:
        raise CertificateRefused(_("There are too many designs already. Archive those that you no longer use."))
    _check_assets(organiser_id, design)
    made = Template(organiser_id=organiser_id, name=name, created_at=now())
    db.session.add(made)
    db.session.flush()
    db.session.add(TemplateVersion(**_version_values(made.id, 1, design, actor.account_id)))
    db.session.flush()
    audit.record(action="certificates.template_created", subject=made, actor=actor)
    return made


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise CertificateRefused(_("Give the design a name."), "name")
    if len(name) > NAME_LENGTH:
        raise CertificateRefused(_("The name is too long. Use at most 120 letters."), "name")
    return name


def _check_assets(organiser_id: int, design: Design) -> None:
    wanted = set(design.assets())
    if wanted - queries.assets_by_sha(organiser_id, wanted).keys():
        raise CertificateRefused(_("The design shows a picture that is not here. Upload it again."))


def save_version(*, template_id: int, design: Design, seen_number: int, actor: Actor) -> TemplateVersion:
    """Keep this design as the newest version; issued papers keep the one they were printed with.

    `seen_number` is the version that the change began from: when somebody saved meanwhile, CertificateRefused. The
    same design again makes no new version, so that a save may be repeated.
    """
    template = _own(template_id)
    newest = queries.newest_version(template_id)
    if newest.sha256 == digest(design):
        return newest
    if newest.number != seen_number:
        raise CertificateRefused(_("Somebody else saved this design meanwhile. Open it anew, or keep yours as a copy."))
    _check_assets(template.organiser_id, design)
    made = TemplateVersion(**_version_values(template_id, newest.number + 1, design, actor.account_id))
    db.session.add(made)
    db.session.flush()
    audit.record(action="certificates.template_changed", subject=template, actor=actor)
    return made


def _own(template_id: int) -> Template:
    """The template, locked; CertificateRefused for a ready-made one."""
    template = db.session.get_one(Template, template_id, with_for_update=True, populate_existing=True)
    if template.ready_made:
        raise CertificateRefused(_("A ready-made design stays as it is. Make a copy and change that."))
    return template


def copy(*, template_id: int, name: str, actor: Actor) -> Template:
    """A new template of the same organiser with the newest design of this one."""
    source = queries.template_by_id(template_id)
    design = design_of(queries.newest_version(template_id))
    return create(organiser_id=source.organiser_id, name=name, design=design, actor=actor)


def rename(*, template_id: int, name: str, actor: Actor) -> None:
    """Call a template otherwise; raises CertificateRefused on `name`, or for a ready-made one."""
    template = _own(template_id)
    name = _checked_name(name)
    if template.name == name:
        return
    template.name = name
    db.session.flush()
    audit.record(action="certificates.template_renamed", subject=template, actor=actor, fields=("name",))


def archive(*, template_id: int, actor: Actor, is_archived: bool = True) -> None:
    """Take a template out of the list, or back into it. Workshops that chose it go on with it.

    Raises CertificateRefused for a ready-made one.
    """
    template = _own(template_id)
    if (template.archived_at is not None) == is_archived:
        return
    template.archived_at = now() if is_archived else None
    db.session.flush()
    done = "archived" if is_archived else "restored"
    audit.record(action=f"certificates.template_{done}", subject=template, actor=actor)


def choose(*, workshop_id: int, role: PaperRole, template_id: int | None, actor: Actor) -> None:
    """Print the certificates of a role with this template from now on; None goes back to the ready-made one.

    Raises CertificateRefused on `template_id` for a template of another organiser or an archived one.
    """
    chosen = queries.choice_of(workshop_id, role)
    if (chosen.template_id if chosen else None) == template_id:
        return
    if template_id is None:
        db.session.delete(chosen)
    else:
        _check_offered(workshop_id, template_id)
        values = {"workshop_id": workshop_id, "role": role, "template_id": template_id}
        insert_ignore(TemplateChoice, values, keys=("workshop_id", "role"))
        row = queries.choice_of(workshop_id, role)
        assert row is not None
        row.template_id = template_id
    db.session.flush()
    audit.record(action="certificates.template_chosen", workshop_id=workshop_id, actor=actor, fields=(role.value,))


def _check_offered(workshop_id: int, template_id: int) -> None:
    template = db.session.get(Template, template_id)
    organiser_id = workshop_by_id(workshop_id).organiser_id
    is_letter = template is not None and template.ready_made == ready_made.LETTER
    if template is None or is_letter or template.organiser_id != organiser_id or template.archived_at is not None:
        raise CertificateRefused(_("Choose one of the designs in the list."), "template_id")


def copy_choices(*, source_id: int, workshop_id: int) -> None:
    """A copied workshop prints with the same designs, as far as they are its organiser's and still offered."""
    organiser_id = workshop_by_id(workshop_id).organiser_id
    for role, template in queries.choices_of(source_id).items():
        if template.organiser_id == organiser_id and template.archived_at is None:
            values = {"workshop_id": workshop_id, "role": role, "template_id": template.id}
            insert_ignore(TemplateChoice, values, keys=("workshop_id", "role"))


def add_asset(*, organiser_id: int, data: bytes, filename: str, actor: Actor) -> Asset:
    """Clean a picture and keep it; the same picture again is the one that is there.

    Raises CertificateRefused on `file`.
    """
    return _keep(organiser_id, pictures.clean(data, filename), filename, actor)


def _keep(organiser_id: int, picture: pictures.CleanPicture, filename: str, actor: Actor) -> Asset:
    sha256 = hashlib.sha256(picture.data).hexdigest()
    known = queries.assets_by_sha(organiser_id, [sha256]).get(sha256)
    if known is not None:
        return known
    if queries.count_assets(organiser_id) >= MAX_ASSETS:
        raise CertificateRefused(_("There are 500 pictures already. Use one of those."), "file")
    key = f"certificates/assets/{organiser_id}/{sha256}.{pictures.EXTENSIONS[picture.media_type]}"
    storage().put(key, picture.data, content_type=picture.media_type)
    values = {
        "organiser_id": organiser_id,
        "sha256": sha256,
        "name": _shown_name(filename),
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        "size": len(picture.data),
        "storage_key": key,
        "created_at": now(),
    }
    added = insert_ignore(Asset, values, keys=("organiser_id", "sha256"))
    made = queries.asset_by_sha(organiser_id, sha256)
    if added is not None:
        audit.record(action="certificates.picture_added", subject=made, actor=actor)
    return made


def _shown_name(filename: str) -> str:
    bare = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in bare if letter.isprintable()).strip()[:120]


def export_zip(version: TemplateVersion) -> bytes:
    """One file with the design and its pictures; the same version gives the same bytes."""
    design, template = design_of(version), version.template
    read = asset_reader(template.organiser_id)
    names = {
        sha: asset.name for sha, asset in queries.assets_by_sha(template.organiser_id, set(design.assets())).items()
    }
    files = {sha: exchange.Packed(*read(sha), name=names[sha]) for sha in set(design.assets())}
    return exchange.pack(name=template.name, design=design, pictures=files)


def import_zip(*, organiser_id: int, data: bytes, actor: Actor) -> Template:
    """A new template from a file that `export_zip` made here or elsewhere; raises CertificateRefused on `file`."""
    parcel = exchange.unpack(data)
    kept = {
        sha: _keep(organiser_id, picture, parcel.names[sha], actor).sha256 for sha, picture in parcel.pictures.items()
    }
    design = exchange.with_assets(parcel.design, kept)
    return create(organiser_id=organiser_id, name=parcel.name, design=design, actor=actor)
