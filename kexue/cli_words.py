"""What click says around our messages (usage, headings, wrong options) in the language of the run."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click

from .messages import say
from .phrases import said

HEADINGS = {"Options": "选项", "Commands": "命令"}
HELP = {"Show this message and exit.": "显示此说明并退出。", "Show the version and exit.": "显示版本并退出。"}


class ChineseFormatter(click.HelpFormatter):
    """Help whose frame is in Chinese."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, "用法：")

    def write_heading(self, heading: str) -> None:
        super().write_heading(HEADINGS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        said_ = [(name, re.sub(r"\[default: ([^\]]*)\]", r"[缺省：\1]", HELP.get(help_, help_))) for name, help_ in rows]
        super().write_dl(said_, col_max, col_spacing)


class ChineseContext(click.Context):
    formatter_class = ChineseFormatter


def frame(command: click.Command, lang: str) -> None:
    """Let a command speak of its usage in this language."""
    command.context_class = ChineseContext if lang == "zh" else click.Context
    command.options_metavar = "[选项]" if lang == "zh" else "[OPTIONS]"


def show(err: click.ClickException, lang: str) -> None:
    """Print what is wrong with a command line."""
    if lang == "en":
        err.show()
        return
    if isinstance(err, click.UsageError) and err.ctx is not None:
        click.echo(err.ctx.get_usage(), err=True)
        click.echo(say("try-help", lang, command=err.ctx.command_path) + "\n", err=True)
    click.echo(say("wrong", lang, error=said(err.format_message(), lang)), err=True)
