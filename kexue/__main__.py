"""`python -m kexue` is the command `kexue`."""

from __future__ import annotations

from .cli import main

if __name__ == "__main__":
    main()
