"""What was read of a file, in words: for its person before they decide, and for staff who look at it."""

from collections.abc import Sequence

from tierslieu.fablab import sentences
from tierslieu.fablab.files import facts as file_facts
from tierslieu.fablab.files.facts import Facts, Tool
from tierslieu.fablab.files.formats import READY
from tierslieu.fablab.queries import StoredFile
from tierslieu.http.words import Words, _

Lines = list[tuple[str, str]]
MOST_TOOLS = 8


def file_lines(stored: StoredFile, spoken: Words) -> Lines:
    """What was read, each figure with its source; what is unknown is said to be."""
    facts = file_facts.read(stored.facts)
    kind = sentences.named(spoken, sentences.FORMATS, stored.format)
    if facts.is_misnamed:
        kind += " · " + spoken.text(_("le nom dit autre chose"))
    told = [
        (spoken.text(_("Fichier")), f"{stored.name} ({_weight(stored.size, spoken)})"),
        (spoken.text(_("Format")), kind),
        (spoken.text(_("Taille")), _size(facts, spoken)),
    ]
    return [*told, *_of_print(facts, spoken)] if stored.format in READY else told


def _of_print(facts: Facts, spoken: Words) -> Lines:
    """What only a file that is ready for a machine can say."""
    lines = [
        (spoken.text(_("Durée")), _known(spoken.duration(facts.seconds or 0), facts, "seconds", spoken)),
        *_modes(facts, spoken),
        (spoken.text(_("Filament")), _known(_amount(facts, spoken), facts, _filament_key(facts), spoken)),
        *_tools(facts.filament_by_tool, spoken),
        (spoken.text(_("Matière")), _known(_materials(facts), facts, "materials", spoken)),
        (spoken.text(_("Couches")), _layers(facts, spoken)),
        (spoken.text(_("Températures")), _heat(facts, spoken)),
        (spoken.text(_("Préparé pour")), _target(facts, spoken)),
        (spoken.text(_("Trancheur")), facts.slicer or spoken.text(_("inconnu"))),
    ]
    if facts.objects and facts.objects > 1:
        lines.append((spoken.text(_("Objets")), str(facts.objects)))
    if facts.macros:
        lines.append((spoken.text(_("Macros de l’imprimante")), ", ".join(facts.macros[:MOST_TOOLS])))
    if facts.plates and facts.plates > 1:
        text = spoken.text(
            _("{plate} sur {count} : seul ce plateau est fabriqué"), plate=facts.plate, count=facts.plates
        )
        lines.insert(0, (spoken.text(_("Plateau")), text))
    if facts.is_opaque:
        text = spoken.text(_("compactées : ni vérifiées, ni mesurées"))
        lines.append((spoken.text(_("Commandes")), text))
    return lines


def _known(text: str, facts: Facts, name: str, spoken: Words) -> str:
    """A figure with where it comes from; unknown when the file does not tell it."""
    source = facts.sources.get(name, "")
    if getattr(facts, name) in (None, (), {}) or not text:
        return spoken.text(_("inconnu"))
    return f"{text} · {spoken.text(sentences.SOURCES[source])}" if source in sentences.SOURCES else text


def _size(facts: Facts, spoken: Words) -> str:
    if facts.size_mm is None:
        return spoken.text(_("inconnue"))
    text = " × ".join(spoken.number(side, 0 if side >= 10 else 1) for side in facts.size_mm if side) + "\u00a0mm"
    source = sentences.SOURCES.get(facts.size_source or "")
    return f"{text} · {spoken.text(source)}" if source else text


def _modes(facts: Facts, spoken: Words) -> Lines:
    """How long it takes in the other ways of the machine."""
    label = spoken.text(_("Durée en mode silencieux"))
    quiet = facts.seconds_by_mode.get("silent")
    return [(label, spoken.duration(quiet))] if quiet else []


def _filament_key(facts: Facts) -> str:
    return "filament_g" if facts.filament_g else "filament_mm" if facts.filament_mm else "filament_cm3"


def _amount(facts: Facts, spoken: Words) -> str:
    volume = sum(facts.filament_cm3)
    return _amounts(facts.total_mm, facts.total_g, volume or None, spoken)


def _amounts(mm: float | None, g: float | None, cm3: float | None, spoken: Words) -> str:
    found = [f"{spoken.number(g, 1)}\u00a0g"] if g else []
    if mm:
        found.append(f"{spoken.number(mm / 1000, 2)}\u00a0m")
    if cm3 and not found:
        found.append(f"{spoken.number(cm3, 1)}\u00a0cm³")
    return ", ".join(found)


def _materials(facts: Facts) -> str:
    """What the tools in use lay; all that the file names when it does not say which are in use."""
    used = [tool.material for tool in facts.filament_by_tool if tool.material]
    return ", ".join(dict.fromkeys(used or facts.materials))


def _tools(tools: Sequence[Tool], spoken: Words) -> Lines:
    """One line for each tool, when there are several."""
    if len(tools) < 2:
        return []
    lines = []
    for one in tools[:MOST_TOOLS]:
        amount = _amounts(one.mm, one.g, one.cm3, spoken)
        text = ", ".join(part for part in (amount, one.material, one.colour) if part)
        lines.append((spoken.text(_("Outil {number}"), number=one.tool + 1), text))
    return lines


def _layers(facts: Facts, spoken: Words) -> str:
    height = f"{spoken.number(facts.layer_height_mm or 0, 2)}\u00a0mm"
    if facts.layers and facts.layer_height_mm:
        text = spoken.text(_("{count} de {height}"), count=facts.layers, height=height)
        return _known(text, facts, "layers", spoken)
    if facts.layers:
        return _known(str(facts.layers), facts, "layers", spoken)
    return _known(height, facts, "layer_height_mm", spoken)


def _heat(facts: Facts, spoken: Words) -> str:
    """The nozzle's and the bed's highest, and what is unknown of them."""
    unknown = spoken.text(_("inconnue"))
    tool, bed = (
        f"{value:g}\u00a0°C" if value else unknown
        for value in (facts.tool_temperature_max or facts.tool_celsius, facts.bed_temperature_max or facts.bed_celsius)
    )
    return spoken.text(_("buse {tool}, plateau {bed}"), tool=tool, bed=bed)


def _target(facts: Facts, spoken: Words) -> str:
    nozzle = f"{spoken.number(facts.nozzle_mm, 2)}\u00a0mm" if facts.nozzle_mm else ""
    parts = [
        facts.printer_model or "",
        spoken.text(_("buse de {width}"), width=nozzle) if nozzle else "",
        facts.flavour or "",
    ]
    return ", ".join(part for part in parts if part) or spoken.text(_("inconnu"))


def _weight(size: int, spoken: Words) -> str:
    if size < 1_000_000:
        return f"{max(1, size // 1000)}\u00a0ko"
    return f"{spoken.number(size / 1_000_000, 1)}\u00a0Mo"
