"""The ``minsheng`` command."""

from __future__ import annotations

import os
import sys

import typer

from models.errors import ConfigureFirst, CorrectInput, MinshengError
from scripts.verbs import (
    accounts,
    append,
    catalogue,
    classify,
    closure,
    deadletters,
    figures,
    import_file,
    read,
    rebuild,
    run,
    serve,
    settings,
    simulate,
    status,
    topics,
    train,
)

app = typer.Typer(
    name="minsheng",
    help="民声: work orders of a 12345 hotline, from intake to closure.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("run")(run.run)
app.command("serve")(serve.serve)
app.command("import")(import_file.import_file)
app.command("append")(append.append)
app.command("classify")(classify.classify)
app.command("closure")(closure.closure)
app.command("figures")(figures.figures_verb)
app.command("status")(status.status)
app.command("read")(read.read)
app.command("topics")(topics.topics)
app.command("rebuild")(rebuild.rebuild)
app.command("simulate")(simulate.simulate)
app.command("train")(train.train)
app.command("settings")(settings.settings)
app.add_typer(accounts.app, name="accounts")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(deadletters.app, name="deadletters")


def main() -> None:
    """Run a verb; an expected error is one line on standard error and a non-zero exit, never a traceback."""
    try:
        app()
    except (CorrectInput, ConfigureFirst) as error:
        _fail(error, 2)
    except MinshengError as error:
        _fail(error, 1)
    except BrokenPipeError:
        # The reader (head, less) has gone; what follows would fail again when Python flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _fail(error: MinshengError, code: int) -> None:
    print("minsheng: " + " ".join(str(error).split()), file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
