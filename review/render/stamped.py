"""Office files without a clock in them: equal content gives equal bytes."""

import re
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
_TIME = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(?=</dcterms:)")


def stamped(data: bytes, day: date) -> bytes:
    """The same archive in its order, every member dated 1980-01-01, its properties dated on the day."""
    held = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(held, "w", ZIP_DEFLATED) as target:
        for member in source.infolist():
            info = ZipInfo(member.filename, _EPOCH)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = member.external_attr
            content = source.read(member)
            if member.filename == _CORE:
                content = _TIME.sub(rb"\g<1>" + f"{day.isoformat()}T00:00:00Z".encode(), content)
            target.writestr(info, content)
    return held.getvalue()
