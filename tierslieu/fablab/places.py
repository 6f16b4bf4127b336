"""The machines and kinds of machines for which a role may be given."""

from tierslieu.fablab import queries, sentences
from tierslieu.http.words import Words, _
from tierslieu.infra.feature import Place
from tierslieu.infra.transaction import Reader


def machine_places(reader: Reader, words: Words) -> list[Place]:
    """Each kind of machine the house has, then each machine."""
    machines = queries.machines(reader)
    kinds = {one.kind: sentences.named(words, sentences.KINDS, one.kind) for one in machines}
    every = _("{kind}, toutes")
    return [
        *(Place(f"kind:{kind}", words.text(every, kind=name)) for kind, name in kinds.items()),
        *(Place(f"machine:{one.key}", one.name) for one in machines),
    ]
