"""Forms of the registry."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, Regexp

from lms.kernel.forms import Form
from lms.plugins.organisations.enums import Accreditation, Activity, DocumentKind, LegalForm, OrganisationKind, Reach

LEGAL_LABELS = {
    LegalForm.FOUNDATION: _l("Foundation"),
    LegalForm.ASSOCIATION: _l("Association"),
    LegalForm.NONE: _l("Not a legal entity yet"),
}
ACTIVITY_LABELS = {
    Activity.ACTIVE: _l("At work"),
    Activity.INACTIVE: _l("Not at work"),
    Activity.CLOSED: _l("Closed down"),
    Activity.UNREACHABLE: _l("Cannot be reached"),
}
DOCUMENT_LABELS = {
    DocumentKind.DEED: _l("Deed of establishment"),
    DocumentKind.DECREE: _l("Decree of the ministry of law"),
    DocumentKind.REGISTRATION: _l("Registration certificate"),
    DocumentKind.LICENCE: _l("Operating licence"),
    DocumentKind.TAX_NUMBER: _l("Tax number (NPWP)"),
    DocumentKind.DOMICILE: _l("Certificate of domicile"),
    DocumentKind.ACCREDITATION: _l("Certificate of accreditation"),
}
REACH_LABELS = {
    Reach.REGENCY: _l("One kabupaten or kota"),
    Reach.PROVINCE: _l("The province"),
    Reach.NATION: _l("The whole country"),
}
NO_GRADE = _l("None yet")
_POSTAL = Regexp(r"^\d{5}$", message=_l("Write the five digits of the postal code."))
_COUNT = (Optional(), NumberRange(min=0, max=100_000))


class OrganisationForm(Form):
    """An LKS or LKSA."""

    name = StringField(_l("Official name"), validators=[DataRequired(), Length(max=200)])
    kind = SelectField(_l("Kind"), choices=[SelectChoice(k.value, k.value) for k in OrganisationKind])
    legal_form = SelectField(_l("Legal form"), choices=[SelectChoice(k.value, v) for k, v in LEGAL_LABELS.items()])
    scope = SelectField(_l("Works in"), choices=[SelectChoice(k.value, v) for k, v in REACH_LABELS.items()])
    region_code = SelectField(_l("Kabupaten or kota"), validators=[DataRequired()])
    address = StringField(_l("Address"), validators=[Optional(), Length(max=300)])
    postal_code = StringField(_l("Postal code"), validators=[Optional(), _POSTAL])
    chair_name = StringField(_l("Chair"), validators=[Optional(), Length(max=150)])
    contact_name = StringField(_l("Contact person"), validators=[Optional(), Length(max=150)])
    contact_phone = StringField(_l("WhatsApp number"), validators=[Optional(), Length(max=40)])
    activity = SelectField(_l("Activity"), choices=[SelectChoice(k.value, v) for k, v in ACTIVITY_LABELS.items()])
    accreditation = SelectField(
        _l("Accreditation"),
        choices=[SelectChoice(k.value, k.value if len(k.value) == 1 else NO_GRADE) for k in Accreditation],
    )
    accreditation_until = DateField(
        _l("Accredited until"), validators=[Optional()], description=_l("As printed; empty if none is.")
    )


class DocumentForm(Form):
    """A legal document as printed."""

    kind = SelectField(_l("Document"), choices=[SelectChoice(k.value, v) for k, v in DOCUMENT_LABELS.items()])
    number = StringField(_l("Number"), validators=[Optional(), Length(max=100)])
    issuer = StringField(_l("Issued by"), validators=[Optional(), Length(max=150)])
    issued_on = DateField(_l("Issued on"), validators=[Optional()])
    valid_until = DateField(_l("Valid until"), validators=[Optional()], description=_l("As printed; empty if none is."))


class SnapshotForm(Form):
    """Counts only, never names; an empty field was not counted."""

    on = DateField(_l("Counted on"), validators=[DataRequired()])
    inside = IntegerField(
        _l("In residence"), validators=_COUNT, description=_l("Leave empty what you did not count; 0 means nobody.")
    )
    outside = IntegerField(_l("Outside residence"), validators=_COUNT)
    carers = IntegerField(_l("Caregivers"), validators=_COUNT)
    social_workers = IntegerField(_l("Social workers"), validators=_COUNT)
