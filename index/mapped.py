"""Arrays on disk, mapped into memory."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def mapped(path: Path) -> npt.NDArray[Any]:
    """The array of a file, read as it is used. A plain view: slices of `numpy.memmap` cost four times as much."""
    found: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
    return found
