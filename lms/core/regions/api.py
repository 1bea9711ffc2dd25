"""What other areas use of regions."""

from __future__ import annotations

from lms.core.regions.enums import RegionKind
from lms.core.regions.models import Region
from lms.core.regions.queries import (
    children_of,
    label_of,
    labels_of,
    path_of,
    regencies,
    region_by_code,
    region_choices,
    search,
)
from lms.core.regions.services import LoadResult, load_regions
from lms.core.regions.zones import timezone_of, zone_letters, zone_name

__all__ = [
    "LoadResult",
    "Region",
    "RegionKind",
    "children_of",
    "label_of",
    "labels_of",
    "load_regions",
    "path_of",
    "regencies",
    "region_by_code",
    "region_choices",
    "search",
    "timezone_of",
    "zone_letters",
    "zone_name",
]
