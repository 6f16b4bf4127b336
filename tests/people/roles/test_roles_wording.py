"""Each role and each permission is explained in words."""

from tierslieu.features import FEATURES
from tierslieu.people.devices.rules import DEVICE_ROLES
from tierslieu.people.roles.rules import ROLES, SCOPE_KINDS
from tierslieu.people.roles.wording import DEVICES, DOMAINS, GROUPED, LABELS, PERMISSIONS, PLACES, PURPOSES, SCOPE_NOTES

DECLARED = {name: roles for feature in FEATURES for name, roles in feature.permissions.items()}


def test_every_permission_has_a_sentence_and_no_sentence_is_dead() -> None:
    assert set(DECLARED) - set(PERMISSIONS) == set(), "tell what it allows, in roles/wording.py"
    assert set(PERMISSIONS) - set(DECLARED) == set()
    assert len(set(PERMISSIONS.values())) == len(PERMISSIONS)


def test_every_permission_is_about_something() -> None:
    assert set(GROUPED) == set(DOMAINS)
    assert sum(len(group) for group in GROUPED.values()) == len(PERMISSIONS)


def test_every_role_is_named_and_explained() -> None:
    assert set(LABELS) == set(PURPOSES) == ROLES
    assert set(SCOPE_NOTES) == {role for role, kinds in SCOPE_KINDS.items() if kinds}
    assert {kind for kinds in SCOPE_KINDS.values() for kind in kinds} == set(PLACES)
    assert set(DEVICES) == set(DEVICE_ROLES.values())


def test_permissions_are_held_by_roles_that_exist() -> None:
    assert frozenset().union(*DECLARED.values()) <= ROLES | set(DEVICE_ROLES.values())


def test_one_feature_declares_each_permission() -> None:
    names = [name for feature in FEATURES for name in feature.permissions]
    assert len(names) == len(set(names))
