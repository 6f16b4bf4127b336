"""Settings: environment over file, unknown keys refused with a clear word."""

from pathlib import Path

import pytest

from tierslieu.infra.settings import BadSettings, load


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('venue_name = "Le Lieu"\nport = 9000\n[mail]\nhost = "smtp.local"\n')
    found = load({"TIERSLIEU_DATA_DIR": str(tmp_path), "TIERSLIEU_PORT": "9001", "TIERSLIEU_MAIL__PORT": "25"})
    assert (found.venue_name, found.port, found.mail.host, found.mail.port) == ("Le Lieu", 9001, "smtp.local", 25)


@pytest.mark.parametrize("typed", ["https://lieu.example", "https://lieu.example/", ""])
def test_paths_are_added_to_the_public_address(typed: str) -> None:
    assert load({"TIERSLIEU_PUBLIC_URL": typed}).public_url == typed.rstrip("/")


@pytest.mark.parametrize("name", ["TIERSLIEU_PROT", "TIERSLIEU_MAIL__HOTS"])
def test_an_unknown_key_is_refused_and_named(name: str) -> None:
    with pytest.raises(BadSettings, match=name.removeprefix("TIERSLIEU_").lower().replace("__", ".")):
        load({name: "1"})


def test_a_wrong_value_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="port"):
        load({"TIERSLIEU_PORT": "many"})


def test_a_named_file_must_exist_and_be_readable(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="not found"):
        load({"TIERSLIEU_SETTINGS": str(tmp_path / "none.toml")})
    broken = tmp_path / "broken.toml"
    broken.write_text("port = = 1")
    with pytest.raises(BadSettings, match="not valid TOML"):
        load({"TIERSLIEU_SETTINGS": str(broken)})
