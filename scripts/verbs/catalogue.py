"""``minsheng catalogue``: check a city's catalogue, print its schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dispatcher.catalogue import check as check_file
from dispatcher.catalogue import default_catalogue_path, json_schema_text, load_catalogue

app = typer.Typer(help="A city's catalogue: units, places, items, limits.", no_args_is_help=True)


@app.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="Catalogue YAML; the built-in one when left out.")] = None,
) -> None:
    """Say what is wrong with a catalogue: each problem by its field; exit 2 when it cannot be used."""
    path = file or default_catalogue_path()
    found = load_catalogue(path)
    for warning in check_file(path):
        print(f"warning: {warning}")
    print(f"{path.name}: {found.city} {found.list_version}: {len(found.units)} units, {len(found.items)} items: good")


@app.command()
def schema() -> None:
    """Print the JSON schema that editors check a catalogue with."""
    print(json_schema_text(), end="")
