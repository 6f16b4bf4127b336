"""The template environments, one per catalogue of words, sharing one loader and one set of filters."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from tierslieu.http.assets import Assets
from tierslieu.http.words import Words


def environments(folder: Path, assets: Assets, words: Mapping[str, Words], *, reload: bool) -> dict[str, Environment]:
    """An environment for each catalogue."""
    loader = FileSystemLoader(folder)
    return {name: _environment(loader, assets, spoken, reload) for name, spoken in words.items()}


def _environment(loader: FileSystemLoader, assets: Assets, words: Words, reload: bool) -> Environment:
    environment = Environment(
        loader=loader,
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=reload,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        words.text, words.counted, newstyle=True
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals.update(asset=assets.url, locale=words.locale, is_easy=words.is_easy)
    environment.filters.update(
        day=words.day,
        hour=words.hour,
        clock=words.clock,
        hours=words.hours,
        moment=words.moment,
        money=words.money,
        duration=words.duration,
        number=words.number,
        t=words.text,
    )
    return environment
