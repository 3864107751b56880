"""The lines of a stream of bytes, whatever their length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

LINE = 1 << 20  # bytes of a line


def lines(stream: IO[bytes], cap: int = LINE) -> Iterator[bytes]:
    """The lines without their ends; of one that is longer than `cap` no more than cap + 1 bytes are kept."""
    while line := stream.readline(cap + 2):
        if not line.endswith(b"\n") and len(line) > cap:
            while (rest := stream.readline(cap)) and not rest.endswith(b"\n"):
                pass
            yield line[:cap + 1]
        else:
            yield line.rstrip(b"\r\n")
