"""Two files of one person become one: links, consents and groups follow, and come back."""

from tests.support.clients import HouseUnderTest
from tests.support.inside import read, write
from tierslieu.people.families.queries import has_consent
from tierslieu.people.groups import queries
from tierslieu.people.groups.actions import GroupFacts, add_member, create_group
from tierslieu.people.persons import merging
from tierslieu.people.persons.actions import create_person
from tierslieu.people.persons.queries import by_key
from tierslieu.people.relations.actions import Bond, link
from tierslieu.people.relations.queries import may_act_for


def test_a_mother_written_down_twice_keeps_her_children(nugue: HouseUnderTest) -> None:
    karine, hugo = (read(nugue, by_key, key) for key in ("u09", "u08"))
    assert karine
    assert hugo
    twin, now = write(nugue, create_person, "Karin", "Martin"), nugue.clock.instant
    group_id = write(nugue, create_group, GroupFacts("association", "Club"))
    for person_id in (karine.id, twin):
        write(nugue, add_member, group_id, person_id)
    write(nugue, link, Bond(hugo.id, twin, "parent"))
    moved = write(nugue, merging.merge, twin, karine.id, {}, nugue.house.personal)
    assert read(nugue, may_act_for, twin, hugo.id, now)
    assert read(nugue, has_consent, hugo.id, "machines", now)
    assert [one.person_id for one in read(nugue, queries.all_members, group_id)] == [twin]
    write(nugue, merging.undo, moved, nugue.house.personal)
    assert read(nugue, may_act_for, karine.id, hugo.id, now)
    assert {one.person_id for one in read(nugue, queries.all_members, group_id)} == {karine.id, twin}
