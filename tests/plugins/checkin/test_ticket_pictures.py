"""The ticket as people carry it: a picture that a messenger makes smaller. Printed: test_badges.py."""

from __future__ import annotations

import io
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from lms.core.enrolments.services import badge_token


@pytest.mark.parametrize(("quality", "width"), [(95, 1.0), (20, 1.0), (20, 0.5)])
def test_the_saved_picture_survives_a_messenger(as_user: Any, wati: Any, quality: int, width: float) -> None:
    saved = Image.open(io.BytesIO(as_user.ticket(wati).get("/tiket/tiket.png").data)).convert("L")
    size = (round(saved.width * width), round(saved.height * width))
    sent = io.BytesIO()
    saved.resize(size, Image.Resampling.BILINEAR).save(sent, "JPEG", quality=quality)
    (found,) = zxingcpp.read_barcodes(Image.open(sent))
    assert found.text.endswith(f"/b/{badge_token(wati)}")
