"""The field story through the generated Python: real server, real files, a network that comes and goes."""

import asyncio

import pytest
from ronde import (
    Change, FactValue, HostError, Involved, InvolvedKind, KeyVault, Language, Notebook, NotebookError, Observer, Period,
    Position, Reader, Status, catalogue, period_of, period_value, position_of, position_value, problems_of, status_words,
    words,
)
from world import Road, Server, Supervisor

# A French screen at noon of 23 November 2026, one hour east of UTC.
READER = Reader(language=Language.FR, now_ms=1_795_435_200_000, zone_min=60)


class World:
    """The server, the road to it, and as many phones as a story needs."""

    def __init__(self, directory):
        self.directory = directory
        self.server = Server(directory / "server")
        token = self.server.tell("supervisor", "add", "--name", "Hélène", "--role", "agglomeration_supervisor")["token"]
        self.road = Road()
        self.supervisor = Supervisor(0, token)

    def open(self):
        port = self.server.start()
        self.supervisor = Supervisor(port, self.supervisor.token)
        self.road.leads_to(port)

    def close(self):
        self.road.is_cut()
        self.server.stop()

    def enrolled(self, name):
        """A phone of the municipal police, enrolled over the open road."""
        code = self.server.tell("invite", "--name", name, "--unit", "pm", "--role", "officer")["code"]
        phone = Notebook.open_with_passphrase(str(self.directory / name), f"phrase de {name}", 60)
        identity = asyncio.run(phone.enrol(self.road.address, code, None))
        assert (identity.name, identity.unit) == (name, "pm")
        return phone


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.open()
    yield world
    world.close()
    world.road.close()


def brawl(phone, people=6):
    """A draft of a brawl, filled as a person would."""
    draft = phone.new_draft("youth.brawl")
    draft.facts = {
        "title": FactValue.TEXT("Rixe place du Marché"),
        "severity": FactValue.INTEGER(4),
        "people_count": FactValue.INTEGER(people),
        "injuries": FactValue.TEXT("light"),
        "position": position_value(Position(lat_e7=484_500_000, lon_e7=15_000_000, accuracy_dm=80,
                                            age_s=2, provider="gnss", mocked=False)),
    }
    draft.statement = "Je vois six personnes se battre devant le kiosque."
    phone.save_draft(draft)
    return draft


def state(phone, doc):
    return phone.read(doc).item.status


def test_a_report_filed_without_coverage_is_delivered_read_corrected_apart_and_settled(world):
    ines, marc = world.enrolled("Inès"), world.enrolled("Marc")
    world.close()

    draft = brawl(ines)
    filed = ines.file(draft.id)
    assert (filed.doc, filed.again) == (draft.id, False)
    assert ines.drafts() == []
    assert ines.file(draft.id).again, "filing a filed draft answers the same report"
    item = ines.list(None, 10).items[0]
    assert (item.row.title, status_words(item.status, READER)) == ("Rixe place du Marché", "Sur ce téléphone")
    assert (item.row.place.lat_e7, item.row.place.lon_e7) == (484_500_000, 15_000_000)
    assert ines.sync_status().waiting == 1

    world.open()
    done = asyncio.run(ines.sync())
    assert (done.complete, done.waiting) == (True, 0)
    assert isinstance(state(ines, filed.doc), Status.DELIVERED)
    receipt = ines.receipt(filed.doc)
    assert receipt.covered and receipt.number and receipt.signed
    assert [line.eid for line in receipt.envelopes] == [filed.eid]
    assert ines.commune_at(1.5, 48.45).insee == "99001"
    assert len(ines.communes()) == 7

    world.supervisor.ask(f"/reports/{filed.doc}/read", {})
    asyncio.run(ines.sync())
    read = state(ines, filed.doc)
    assert isinstance(read, Status.READ) and read.by == "Hélène"

    asyncio.run(marc.sync())
    seen = {phone: phone.read(filed.doc) for phone in (ines, marc)}
    assert seen[marc].statements[0].statement.text == draft.statement
    assert position_of(seen[marc].facts["facts/position"].value).lat_e7 == 484_500_000
    ines.correct(filed.doc, seen[ines].heads, {"facts/people_count": FactValue.INTEGER(7)})
    marc.correct(filed.doc, seen[marc].heads, {"facts/people_count": FactValue.INTEGER(9)})
    for phone in (ines, marc, ines):
        asyncio.run(phone.sync())
    [apart] = ines.read(filed.doc).divergences
    assert apart.open and apart.key == "facts/people_count"
    assert {voice.provenance.name: voice.value for voice in apart.voices} == {
        "Inès": FactValue.INTEGER(7), "Marc": FactValue.INTEGER(9),
    }

    [shown] = world.supervisor.ask(f"/reports/{filed.doc}/divergences")["items"]
    nine = next(voice["change"] for voice in shown["voices"] if voice["value"]["value"] == 9)
    world.supervisor.ask(f"/reports/{filed.doc}/decisions", {
        "key": shown["key"], "chosen": {"change": nine}, "saw": shown["saw"],
        "saw_decisions": shown["saw_decisions"], "reason": "Compté sur les images",
    })
    for phone in (ines, marc):
        asyncio.run(phone.sync())
        [settled] = phone.read(filed.doc).divergences
        assert not settled.open
        assert settled.decisions[0].value == FactValue.INTEGER(9)
        assert settled.decisions[0].decision.reason == "Compté sur les images"
        assert settled.decisions[0].provenance.name == "Hélène"
        assert phone.read(filed.doc).facts["facts/people_count"].value == FactValue.INTEGER(9)
    told = [(step.provenance.name, write.key.split("/")[0]) for step in marc.history(filed.doc) for write in step.writes]
    assert told[0] == ("Inès", "facts") and marc.history(filed.doc)[0].is_first
    assert ("Marc", "facts") in told and ("Hélène", "event") in told and told[-1] == ("Hélène", "decision")
    assert [hit.row.doc for hit in marc.search("kiosque", 10)] == [filed.doc]


def test_the_author_s_side_settles_what_two_colleagues_wrote_apart(world):
    ines, marc = world.enrolled("Inès"), world.enrolled("Marc")
    doc = ines.file(brawl(ines).id).doc
    for phone in (ines, marc):
        asyncio.run(phone.sync())
    for phone, people in ((ines, 7), (marc, 9)):
        phone.correct(doc, phone.read(doc).heads, {"facts/people_count": FactValue.INTEGER(people)})
    for phone in (ines, marc, ines):
        asyncio.run(phone.sync())
    assert ines.read(doc).item.row.divergences == 1
    ines.decide(doc, ines.read(doc).heads, "facts/people_count", FactValue.INTEGER(8))
    for phone in (ines, marc):
        asyncio.run(phone.sync())
        assert phone.read(doc).divergences == []
        assert phone.read(doc).facts["facts/people_count"].value == FactValue.INTEGER(8)


def test_a_form_is_checked_while_it_is_filled_and_says_who_was_involved_and_when(world):
    phone = world.enrolled("Inès")
    draft = brawl(phone, people=-1)
    [wrong] = problems_of(draft)
    assert wrong.field == "people_count" and wrong.reason.is_out_of_range() and wrong.reason.min == 0
    hours = Period(from_ms=1_700_000_000_000, to_ms=1_700_000_600_000, zone_min=60, observed_ms=None)
    draft.facts = {**draft.facts, "people_count": FactValue.INTEGER(2), "occurred": period_value(hours)}
    van = Involved(id=phone.new_ulid(), kind=InvolvedKind.VEHICLE, fields={"plate": FactValue.TEXT("AB-123-CD")})
    draft.involved = [van]
    phone.save_draft(draft)
    assert problems_of(phone.draft(draft.id)) == []
    shown = phone.read(phone.file(draft.id).doc)
    assert shown.item.row.occurred_ms == hours.from_ms
    assert period_of(shown.first["facts/occurred"]) == hours
    assert shown.facts[f"vehicle/{van.id}/plate"].value == FactValue.TEXT("AB-123-CD")


def test_a_list_is_read_page_by_page_without_a_report_twice(world):
    phone = world.enrolled("Inès")
    filed = [phone.file(brawl(phone).id).doc for _ in range(5)]
    seen, after = [], None
    while True:
        page = phone.list(after, 2)
        seen += [item.row.doc for item in page.items]
        if not (after := page.next):
            break
    assert sorted(seen) == sorted(filed)


def test_words_are_added_and_a_mistake_is_voided_but_nothing_is_rewritten(world):
    phone = world.enrolled("Inès")
    draft = brawl(phone)
    doc = phone.file(draft.id).doc
    phone.state(doc, "Une septième personne arrive.", None, None)
    said = [view.statement.text for view in phone.read(doc).statements]
    assert said == [draft.statement, "Une septième personne arrive."]
    with pytest.raises(NotebookError.NotAllowed):
        phone.save_draft(draft)
    phone.void(doc, "Déposé deux fois")
    assert phone.read(doc).item.row.voided
    assert asyncio.run(phone.sync()).complete
    assert phone.set_aside() == []


def test_every_error_says_what_the_app_does_now(world):
    phone = world.enrolled("Inès")
    with pytest.raises(NotebookError.FixForm) as unknown:
        phone.file(phone.new_draft("no.such_type").id)
    assert [problem.field for problem in unknown.value.problems] == ["type"]
    assert "inconnu" in unknown.value.problems[0].fr
    with pytest.raises(NotebookError.NotFound):
        phone.read("00" * 16)
    with pytest.raises(NotebookError.NotFound):
        phone.read("not an identifier")
    stranger = Notebook.open_with_passphrase(str(world.directory / "stranger"), "phrase", 60)
    assert stranger.identity() is None
    with pytest.raises(NotebookError.SignInAgain):
        stranger.file(brawl(stranger).id)
    with pytest.raises(NotebookError.NotAllowed):
        asyncio.run(stranger.enrol(world.road.address, "not a code", None))
    with pytest.raises(NotebookError.NotAllowed) as short:
        asyncio.run(stranger.enrol(world.road.address, "not a code", b"short"))
    assert "32 bytes" in short.value.reason
    phone.file(brawl(phone).id)
    world.close()
    with pytest.raises(NotebookError.TryLater) as later:
        asyncio.run(phone.sync())
    assert later.value.after_s > 0
    assert phone.sync_status().waiting == 1


class Locked(KeyVault):
    """A phone whose vault is locked, and says so in two ways."""

    def wrap(self, secret):
        raise HostError.Unavailable("the phone is locked")

    def unwrap(self, wrapped):
        raise RuntimeError("the vault's service died")

    def device_public_key(self):
        return b""

    def sign_es256(self, message):
        return b""

    def attestation(self, challenge):
        return b""


class Xor(Locked):
    """The least a vault can be: what it wraps, it opens again."""

    def wrap(self, secret):
        return bytes(byte ^ 0x5A for byte in secret)

    def unwrap(self, wrapped):
        return self.wrap(wrapped)


def test_a_vault_that_throws_asks_to_sign_in_again_and_opens_nothing(tmp_path):
    directory = str(tmp_path / "phone")
    with pytest.raises(NotebookError.SignInAgain) as refused:
        Notebook.open(directory, Locked(), 60)
    assert "the phone is locked" in refused.value.reason
    draft = brawl(Notebook.open(directory, Xor(), 60))
    with pytest.raises(NotebookError.SignInAgain) as thrown:
        Notebook.open(directory, Locked(), 60)
    assert "service died" in thrown.value.reason
    assert Notebook.open(directory, Xor(), 60).draft(draft.id).statement == draft.statement


def test_a_synchronisation_is_stopped_at_will_and_loses_nothing(world):
    phone = world.enrolled("Inès")
    doc = phone.file(brawl(phone).id).doc
    world.close()
    world.road.goes_silent()

    async def stopped():
        syncing = asyncio.create_task(phone.sync())
        assert await asyncio.to_thread(world.road.taken.acquire, timeout=60)
        phone.cancel_sync()
        world.road.is_cut()
        await syncing

    with pytest.raises(NotebookError.TryLater) as later:
        asyncio.run(stopped())
    assert later.value.after_s == 0, "stopped by a person, not given up"
    assert isinstance(state(phone, doc), Status.STORED)
    world.open()
    assert asyncio.run(phone.sync()).complete
    assert isinstance(state(phone, doc), Status.DELIVERED)


class Screen(Observer):
    def __init__(self):
        self.heard = []

    def changed(self, change):
        self.heard.append(type(change))
        raise RuntimeError("a screen that fails to redraw")


def test_a_screen_hears_of_changes_and_its_failures_are_its_own(tmp_path):
    phone, screen = Notebook.open_with_passphrase(str(tmp_path / "phone"), "phrase", 60), Screen()
    phone.observe(screen)
    draft = brawl(phone)
    phone.observe(None)
    phone.discard_draft(draft.id)
    assert screen.heard == [Change.DRAFTS, Change.DRAFTS]
    assert phone.drafts() == []


def test_the_catalogue_is_enough_to_build_a_form():
    forms = catalogue(Language.FR)
    brawl_form = next(form for form in forms.types if form.code == "youth.brawl")
    injuries = next(field for field in brawl_form.fields if field.code == "injuries")
    assert injuries.kind.is_choice() and injuries.required
    choices = {code: forms.words[f"choice/injuries/{code}"] for code in injuries.kind.choices}
    assert words("injuries", FactValue.TEXT("light"), Language.FR) == choices["light"] != "light"
    named = [f"type/{form.code}" for form in forms.types] + [f"axis/{axis}" for axis in forms.axes]
    named += [f"field/{field.code}" for field in forms.common] + [f"severity/{n}" for n in range(1, 6)]
    assert [name for name in named if not forms.words[name]] == []
