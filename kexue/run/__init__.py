"""Running the library: isolated workers, a cache, and files that are written whole or not at all."""

from __future__ import annotations

from .cache import Cache
from .cache import folder as cache_folder
from .judge import Options, judge_claim, shortfalls_of
from .report import Built, Summary, build, differences, publish, up_to_date

__all__ = ["Built", "Cache", "Options", "Summary", "build", "cache_folder", "differences", "judge_claim", "publish",
           "shortfalls_of", "up_to_date"]
