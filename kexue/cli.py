"""The command line: arguments in, exit status out.  What a command needs is imported when the command runs.

Exit status: 0 all as expected; 1 something is refuted, or differs; 2 the command line or a folder is wrong; 3 something is
undecided; 4 a file cannot be read; 5 nothing to do; 70 an error of kexue; 130 interrupted.  The largest wins.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from . import __version__
from .check_cli import check, recheck
from .cli_words import frame
from .cli_words import show as show_wrong
from .messages import LANGUAGES, MESSAGES, VERDICTS, language, say

if TYPE_CHECKING:
    from .collect import Complaint, Found, Library

STATUS = {  # of a complaint; what is not named here is a file that cannot be read
    "near-miss-open": 1, "claim-refuted": 1, "claim-vacuous": 1, "reference-differs": 1, "row-bad": 1,
    "experiment-bad": 1, "differs": 1, "missing": 1, "superfluous": 1,
    "no-library": 2, "no-proofs-folder": 2, "bad-toml": 2, "unknown-setting": 2, "bad-setting": 2, "no-such-article": 2,
    "no-such-claim": 2, "ambiguous-claim": 2, "unknown-status": 2, "device": 2, "data-absent": 2, "unwritable": 2,
    "nothing-judged": 5, "exists": 2, "bad-stem": 2,
    "step-open": 3, "claim-open": 3, "worse": 3, "time-limit": 3, "nothing": 5, "judging": 70, "worker-died": 70}
UNREADABLE, INTERNAL, INTERRUPTED = 4, 70, 130


class Failed(Exception):
    """The messages have been printed; only the exit status is left to give."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Group(click.Group):
    """A group that guesses what a mistyped command was meant to be."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            lang = ctx.find_root().obj["lang"]
            near = hint(args[0], self.list_commands(ctx), lang)
            raise click.UsageError(say("no-such-command", lang, name=args[0], hint=near), ctx)
        return super().resolve_command(ctx, args)


def hint(name: str, known: Sequence[str], lang: str) -> str:
    """`; did you mean ...?` for the nearest known name, or nothing."""
    from difflib import get_close_matches
    near = get_close_matches(name, known, 1, 0.6)
    return say("hint", lang, name=near[0]) if near else ""


def complain(complaints: Sequence[Complaint], lang: str) -> int:
    """Print complaints on the error stream, one line each; the exit status they come to."""
    for c in complaints:
        click.echo(c.text(lang), err=True)
    return max(STATUS.get(c.key, UNREADABLE) for c in complaints)


lang_option = click.option("--lang", type=click.Choice(LANGUAGES), expose_value=False, callback=lambda ctx, _, value: (
    ctx.find_root().obj.update(lang=value) if value else None))
root_option = click.option("--root", type=click.Path(path_type=Path))
device_option = click.option("--device", default="cpu", show_default=True)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="kexue")
@lang_option
def kexue() -> None: pass


def _library(root: Path | None) -> Library:
    from .collect import find_library
    return find_library(root)


def _lang() -> str:
    return str(click.get_current_context().find_root().obj["lang"])


# --------------------------------------------------------------------------------------------------------------- report
@kexue.command()
@click.argument("stem", required=False)
@click.option("--out", type=click.Path(path_type=Path))
@device_option
@click.option("--data-dir", type=click.Path(path_type=Path))
@click.option("-j", "jobs", type=click.IntRange(1), metavar="N")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=300.0, show_default=True)
@click.option("--check", is_flag=True)
@click.option("--no-cache", is_flag=True)
@click.option("-q", "--quiet", is_flag=True)
@root_option
@lang_option
def report(stem: str | None, out: Path | None, device: str, data_dir: Path | None, jobs: int | None, timeout: float, check: bool, no_cache: bool,
           quiet: bool, root: Path | None) -> None:
    from .collect import Complaint, Complaints
    from .run import Cache, Options, cache_folder, differences, publish, up_to_date
    from .run import build as build_report
    lang, library = _lang(), _library(root)
    target = library.reports if out is None else out
    devices = tuple(dict.fromkeys(d.strip() for d in device.split(",") if d.strip()))
    options = Options(devices if "cpu" in devices else ("cpu", *devices), workers=jobs or len(os.sched_getaffinity(0)),
                      limit=timeout, lang=lang, quiet=quiet, data=str(data_dir.resolve()) if data_dir else "")
    cache = Cache(None if no_cache else cache_folder())
    if not check:
        known = up_to_date(library, target, stem, options, cache)
        if known is not None:
            click.echo(say("unchanged", lang, files=known.files, folder=target))
            return
    try:
        built = build_report(library, target, _known_stem(library, stem, lang), options, cache)
    except Complaints as several:
        status = complain(several.found, lang)
        click.echo(say("refused", lang, n=len(several.found)), err=True)
        raise Failed(status) from several
    if cache.trouble is not None:
        click.echo(say("no-cache-folder", lang, folder=cache.place, error=cache.trouble), err=True)
    if check:
        wrong = [Complaint(key, target / name) for key, name in differences(built, target)]
        if wrong:
            raise Failed(complain(wrong, lang))
        click.echo(say("checked", lang, files=sum(not n.startswith("site/") for n in built.files)))
        return
    summary = publish(built, target, cache)
    counts = say("comma", lang).join(f"{n} {say(v, lang)}" for v, n in summary.verdicts.items()) or "–"
    click.echo(say("written", lang, claims=summary.claims, counts=counts, misses=summary.misses, files=summary.files,
                   folder=target))
    front = target / "site" / "index.html"
    if front.is_file():
        click.echo(say("open-site", lang, path=front))


# ------------------------------------------------------------------------------------------------------- list and show
def _records(library: Library) -> dict[str, dict[str, Any]]:
    """The evidence records of the last report by claim id."""
    import json
    found = {}
    for path in sorted((library.reports / "evidence").glob("*.json")):
        try:
            record = json.loads(path.read_bytes())
            found[str(record["id"])] = record
        except (OSError, ValueError, KeyError, TypeError):
            continue  # `kexue report --check` names it; a list of claims can do without
    return found


@kexue.command(name="list")
@click.argument("stem", required=False)
@click.option("--status", metavar="VERDICT")
@root_option
@lang_option
def list_(stem: str | None, status: str | None, root: Path | None) -> None:
    from .collect import Complaint, articles
    from .terminal import line
    lang, library = _lang(), _library(root)
    if status is not None and status not in (*VERDICTS, "unjudged"):
        raise Complaint("unknown-status", name=status, hint=hint(status, VERDICTS, lang), known=", ".join(VERDICTS))
    records = _records(library)
    for item in articles(library.root, _known_stem(library, stem, lang)):
        for claim in item.claims:
            verdict = records.get(f"{item.stem}.{claim.name}", {}).get("verdict", "unjudged")
            if status in (None, verdict):
                click.echo(line(f"{item.stem}.{claim.name}", verdict, claim, lang))


@kexue.command()
@click.argument("stem", required=False)
@click.option("--out", "picture", type=click.Path(path_type=Path), default=Path("claims.svg"), show_default=True)
@root_option
@lang_option
def graph(stem: str | None, picture: Path, root: Path | None) -> None:
    from .collect import Complaint, articles
    from .report.graph import graph as graph_of
    from .report.graph import svg
    lang, library = _lang(), _library(root)
    items = articles(library.root, _known_stem(library, stem, lang))
    known = _records(library)
    records = [r for item in items for c in item.claims if (r := known.get(f"{item.stem}.{c.name}"))]
    if not records:
        raise Complaint("nothing-judged", library.show(library.reports))
    try:
        picture.write_text(svg(records, {item.stem: item.article.title for item in items}, lang), encoding="utf-8")
    except OSError as err:
        raise Complaint("unwritable", picture, error=err.strerror or str(err)) from err
    nodes = [n.kind for n in graph_of(records).nodes]
    click.echo(say("graph-written", lang, file=picture, **{kind: nodes.count(kind) for kind in ("claim", "lemma", "theorem")}))


def _known_stem(library: Library, stem: str | None, lang: str) -> str | None:
    from .collect import Complaint, stems
    known = stems(library)
    if stem is not None and stem not in known:
        raise Complaint("no-such-article", name=stem, hint=hint(stem, known, lang), known=", ".join(known))
    return stem


def _find(library: Library, name: str, lang: str) -> tuple[Found, str]:
    """The article and the claim that an id, or the name of a claim alone, stands for."""
    from .collect import Complaint, articles, stems
    stem, _, claim = name.partition(".")
    items = articles(library.root, stem if claim and stem in stems(library) else None)
    ids = [(item, c.name) for item in items for c in item.claims if name in (f"{item.stem}.{c.name}", c.name)]
    if len(ids) == 1:
        return ids[0]
    if ids:
        raise Complaint("ambiguous-claim", name=name, found=", ".join(f"{i.stem}.{c}" for i, c in ids))
    known = [f"{item.stem}.{c.name}" for item in items for c in item.claims]
    raise Complaint("no-such-claim", name=name, hint=hint(name, known if claim else [k.partition(".")[2] for k in known], lang))


@kexue.command()
@click.argument("id_", metavar="ID")
@click.option("--prove", is_flag=True)
@root_option
@lang_option
def show(id_: str, prove: bool, root: Path | None) -> None:
    from .collect import Complaints
    from .run import Options, judge_claim, shortfalls_of
    from .terminal import print_claim
    lang, library = _lang(), _library(root)
    item, name = _find(library, id_, lang)
    known = _records(library).get(f"{item.stem}.{name}")
    if prove or known is None:
        if known is None and not prove:
            click.echo(say("no-record", lang, claim=f"{item.stem}.{name}"), err=True)
        record = judge_claim(item, name, Options(lang=lang, quiet=True))
        print_claim(item.claim(name), record, lang)
        wrong = shortfalls_of(item, name, record, lang)
        if wrong:
            raise Complaints(wrong)
    else:
        print_claim(item.claim(name), known, lang)
        file = library.show(library.reports / "evidence" / f"{item.stem}.{name}.json")
        click.echo(say("from-record", lang, file=file), err=True)


# ------------------------------------------------------------------------------------------------------------ the others
@kexue.command()
@click.argument("stem", required=False)
@device_option
@click.option("--dtype", default="float32", show_default=True)
@click.option("--out", type=click.Path(path_type=Path))
@click.option("--quick", is_flag=True)
@lang_option
def bench(stem: str | None, device: str, dtype: str, out: Path | None, quick: bool) -> None:
    from .bench import main as measure
    devices, dtypes = (tuple(part.strip() for part in text.split(",") if part.strip()) for text in (device, dtype))
    status = measure(_known_stem(_library(None), stem, _lang()), devices, dtypes, out, quick)
    if status:
        raise Failed(status)


@kexue.command()
@lang_option
def doctor() -> None:
    from .doctor import examine
    status = examine(_lang())
    if status:
        raise Failed(status)


@kexue.group(cls=Group)
@lang_option
def new() -> None: pass


@new.command()
@click.argument("stem")
@root_option
@lang_option
def article(stem: str, root: Path | None) -> None:
    from .scaffold import new_article
    library = _library(root)
    proof, numerics = new_article(library, stem)
    click.echo(say("new", _lang(), proof=library.show(proof), numerics=library.show(numerics), stem=stem))


kexue.add_command(check)
kexue.add_command(recheck)


# --------------------------------------------------------------------------------------------------------------- running
def _localise(command: click.Command, name: str, lang: str) -> None:
    """Give a command, its options and its subcommands their help in one language."""
    frame(command, lang)
    command.help = say(f"help-{name}", lang)
    for parameter in command.params:
        key = f"option-{name}-{parameter.name}" if f"option-{name}-{parameter.name}" in MESSAGES else f"option-{parameter.name}"
        if isinstance(parameter, click.Option) and key in MESSAGES:
            parameter.help = say(key, lang)
    if isinstance(command, click.Group):
        for sub, child in command.commands.items():
            _localise(child, sub, lang)


def _wish(args: Sequence[str]) -> str | None:
    """The value of --lang, wherever it stands: the help is printed before the options are read."""
    for k, arg in enumerate(args):
        if arg == "--lang" and k + 1 < len(args):
            return args[k + 1]
        if arg.startswith("--lang="):
            return arg.removeprefix("--lang=")
    return None


def run(args: Sequence[str]) -> int:
    """Carry out one command line; the exit status."""
    lang = language(_wish(args))
    _localise(kexue, "kexue", lang)
    try:
        status = kexue.main(list(args), prog_name="kexue", standalone_mode=False, obj={"lang": lang})
        return status if isinstance(status, int) else 0
    except Failed as failed:
        return failed.status
    except click.exceptions.NoArgsIsHelpError as err:
        err.show()
        return 2
    except click.ClickException as err:
        show_wrong(err, lang)
        return err.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo(say("interrupted", lang), err=True)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever read the output has seen enough
        return 0
    except Exception as err:
        return _failed(err, lang)


def _failed(err: Exception, lang: str) -> int:
    from .collect import Complaint, Complaints
    if isinstance(err, Complaint):
        return complain([err], lang)
    if isinstance(err, Complaints):
        return complain(err.found, lang)
    import traceback
    traceback.print_exception(err)
    click.echo(say("internal", lang, error=f"{type(err).__name__}: {err}"), err=True)
    return INTERNAL


def _ended(number: int, _: object) -> NoReturn:
    raise Failed(128 + number)


def main() -> None:
    """The entry point of the command `kexue`."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ended)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
