"""What the index asks of an encoder; the model room's `Encoder` has this shape, and so may any other."""

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt


class PassageEncoder(Protocol):
    """Turns texts into unit vectors; `passages` names everything that decides those of passages, `id` those of
    queries too."""

    id: str
    passages: str

    @property
    def dim(self) -> int: ...

    def encode(
        self,
        texts: Sequence[str],
        kind: Literal["query", "passage"],
        progress: Callable[[int, int], None] | None = None,
    ) -> npt.NDArray[np.float32]: ...
