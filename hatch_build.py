"""Puts proofs/ and numerics/ into the wheel as kexue/library/; an editable install leaves them where they are.

(Copied into site-packages by an editable install, they would make a second, empty `kexue` that hides the one being edited.)
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LibraryHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            build_data["force_include"].update({name: f"kexue/library/{name}" for name in ("proofs", "numerics")})
