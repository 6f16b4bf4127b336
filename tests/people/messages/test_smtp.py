"""Letters on a real mail server: what travels, and what every kind of trouble means."""

import asyncio
import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.postgres import free_port
from tests.support.smtp import MailServer, mail_server
from tierslieu.infra import mail
from tierslieu.infra.mail import Attachment, Letter, NotNow, Rejected, SmtpMail, compose
from tierslieu.infra.settings import MailSettings

LETTER = Letter("sofia@example.org", "Été : c’est noté", "Bonjour,\n.\nÀ bientôt", (), "abc-0")


def settings(port: int, **more: object) -> MailSettings:
    return MailSettings.model_validate({"host": "127.0.0.1", "port": port, "starttls": False, **more})


def send(chosen: MailSettings, letter: Letter = LETTER) -> None:
    asyncio.run(SmtpMail(chosen).send(letter))


def test_a_letter_arrives_as_it_was_written() -> None:
    with mail_server(MailServer()) as server:
        file = Attachment("reservation.ics", "text/calendar", b"BEGIN:VCALENDAR")
        send(
            settings(server.port, sender="lieu@example.org", sender_name="Le Nugue", reply_to="accueil@example.org"),
            LETTER._replace(attachments=(file,)),
        )
    found = server.letters[0].letter
    assert server.letters[0].to == ["sofia@example.org"]
    assert (found["From"], found["Reply-To"]) == ("Le Nugue <lieu@example.org>", "accueil@example.org")
    assert (found["Subject"], found["Message-ID"]) == ("Été : c’est noté", "<abc-0@example.org>")
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"].datetime.tzinfo is not None
    assert not [name for name in found if name.lower().startswith("list-")]
    body = found.get_body()
    assert body is not None
    assert body.get_content_type() == "text/plain"
    assert body.get_content().splitlines() == ["Bonjour,", ".", "À bientôt"]
    assert [part.get_filename() for part in found.iter_attachments()] == ["reservation.ics"]


def test_the_same_letter_keeps_its_id() -> None:
    with mail_server(MailServer()) as server:
        send(settings(server.port))
        send(settings(server.port))
    assert len({one.id for one in server.letters}) == 1
    assert len(server.letters) == 2


@pytest.mark.parametrize("smuggled", ["Bonjour\r\nBcc: autre@example.org", "Bonjour\nX: y", "a\u2028b\x00c\x85d"])
def test_no_header_can_be_smuggled_in(smuggled: str) -> None:
    sent = compose(LETTER._replace(subject=smuggled), settings(25, sender_name=smuggled))
    head = bytes(sent).split(b"\r\n\r\n")[0]
    names = {line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith(b" ")}
    assert names == {
        *(b"To", b"From", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted"),
        *(b"Content-Type", b"Content-Transfer-Encoding", b"MIME-Version"),
    }


@pytest.mark.parametrize("to", ["", "sofia", "a@b\r\nBcc: c@example.org", "a b@example.org", "@example.org", "a@.."])
def test_what_is_no_address_is_rejected_for_good(to: str) -> None:
    with pytest.raises(Rejected, match="mail_bad_address"):
        compose(LETTER._replace(to=to), settings(25))


def test_a_wrong_address_of_the_house_waits_to_be_mended() -> None:
    with pytest.raises(NotNow, match="mail_bad_sender"):
        compose(LETTER, settings(25, sender="lieu"))


def test_addresses_of_all_scripts() -> None:
    with mail_server(MailServer()) as server:
        send(settings(server.port), LETTER._replace(to="zoé@éclair.example"))
    assert server.letters[0].to == ["zoé@xn--clair-9ra.example"]
    with mail_server(MailServer(extensions=())) as old:
        send(settings(old.port), LETTER._replace(to="zoe@éclair.example"))
        with pytest.raises(Rejected, match="mail_needs_utf8"):
            send(settings(old.port), LETTER._replace(to="zoé@éclair.example"))
    assert [one.to for one in old.letters] == [["zoe@xn--clair-9ra.example"]]


@pytest.mark.parametrize(
    ("verb", "answer", "kind", "code"),
    [
        ("RCPT", "550 5.1.1 <sofia@example.org> unknown", Rejected, "mail_refused"),
        ("RCPT", "450 4.2.0 later", NotNow, "mail_away"),
        ("END", "554 5.7.1 spam", Rejected, "mail_refused"),
        ("END", "451 4.3.0 full", NotNow, "mail_away"),
        ("MAIL", "553 5.7.1 not yours", NotNow, "mail_bad_sender"),
        ("GREETING", "554 go away", NotNow, "mail_away"),
        ("EHLO", "500 what", NotNow, "mail_away"),
    ],
)
def test_refusals(verb: str, answer: str, kind: type[Exception], code: str) -> None:
    answers = {verb: answer} | ({"HELO": answer} if verb == "EHLO" else {})
    with mail_server(MailServer(answers=answers)) as server, pytest.raises(kind, match=code) as told:
        send(settings(server.port))
    assert "sofia" not in repr(told.value.args)
    assert told.value.__cause__ is None


def test_a_server_that_is_away() -> None:
    with pytest.raises(NotNow, match="mail_away"):
        send(settings(free_port()))


@pytest.mark.parametrize("verb", ["GREETING", "RCPT", "END"])
def test_a_server_that_hangs(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.2)
    monkeypatch.setattr(mail, "DEADLINE", 0.4)
    with mail_server(MailServer(silent_at=verb)) as server, pytest.raises(NotNow, match="mail_away"):
        send(settings(server.port))


def test_a_bad_farewell_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.2)
    with mail_server(MailServer(silent_at="QUIT")) as server:
        send(settings(server.port))
    assert len(server.letters) == 1


def test_the_account_is_refused() -> None:
    answers = {"AUTH": "535 5.7.8 no"}
    with (
        mail_server(MailServer(extensions=("AUTH PLAIN",), answers=answers)) as server,
        pytest.raises(NotNow, match="mail_no_login"),
    ):
        send(settings(server.port, user="lieu", password="secret"))
    assert server.letters == []


def test_a_server_without_tls_gets_nothing_when_tls_is_wanted() -> None:
    with mail_server(MailServer()) as server, pytest.raises(NotNow, match="mail_no_tls"):
        send(settings(server.port, starttls=True))
    assert "MAIL" not in server.verbs


def test_tls_is_checked(tmp_path: Path) -> None:
    context, ca = certificate(tmp_path)
    with mail_server(MailServer(tls=context)) as server:
        send(settings(server.port, starttls=True, ca_file=str(ca)))
        with pytest.raises(NotNow, match="mail_no_tls"):
            send(settings(server.port, starttls=True))
    assert len(server.letters) == 1


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate for the loopback that only those who are told trust."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, path
