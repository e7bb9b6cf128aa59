"""Bounds on what one file may cost: bytes, characters, pages, members, seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Every reader works inside these bounds and raises a coded error where they are passed.

    `max_bytes` is the file as given; `max_unpacked_bytes` is all that an archive may unpack to, counted while
    unpacking; `max_ratio` is unpacked over packed size of one member above one megabyte; `max_depth` is how many
    archives may lie inside each other; `seconds` bounds one file, checked between pages and parts; `ocr_seconds` bounds
    the reading of its scanned pages.
    """

    max_bytes: int = 64 * 2**20
    max_chars: int = 5_000_000
    max_pages: int = 1_000
    max_ocr_pages: int = 60
    max_pixels: int = 60_000_000
    max_unpacked_bytes: int = 256 * 2**20
    max_members: int = 2_000
    max_ratio: int = 400
    max_depth: int = 2
    seconds: float = 90.0
    ocr_seconds: float = 600.0


DEFAULT = Limits()
