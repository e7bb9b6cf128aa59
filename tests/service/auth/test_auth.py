"""Log-in, sessions, keys: what opens, what stays shut, what is slowed down."""

import pytest
from beishen.corpora.errors import BadArgument
from beishen.service import audit
from beishen.service.auth import keys, passwords, sessions, throttle
from beishen.service.errors import AuditBroken, Forbidden, NotFound, StateConflict, Throttled, Unauthenticated
from beishen.service.office import accounts, filings
from beishen.service.office.desk import SYSTEM
from beishen.service.office.permission import allowed, permissions, restricted
from beishen.service.store.tables import Account, ApiKey, AuthSession
from sqlalchemy import text

SECRET = "horse battery staple"


@pytest.fixture
def known(staff):
    """The administrator, the first reviewer and the submitter have passwords."""
    stored = passwords.hashed(SECRET, "x")
    with staff.office.desk(SYSTEM) as desk:
        for row in desk.session.query(Account):
            row.password = stored
    return staff


def test_a_password_is_hashed_and_must_be_worth_it() -> None:
    stored = passwords.hashed(SECRET, "zhang")
    assert stored.startswith("$argon2id$") and SECRET not in stored
    assert passwords.right(stored, SECRET) and not passwords.right(stored, SECRET + "x")
    assert not passwords.right("", SECRET)
    for bad in ("short", "aaaaaaaaaaaa", "zhang123456", "x" * 201):
        with pytest.raises(BadArgument):
            passwords.hashed(bad, "zhang")


def test_a_session_opens_and_ends(known) -> None:
    logged = sessions.login(known.office, "first", SECRET, "10.0.0.1")
    again = sessions.resolve(known.office, logged.token)
    assert again.actor == known["first"] and again.csrf == logged.csrf
    sessions.check_csrf(again, logged.csrf)
    with pytest.raises(Forbidden):
        sessions.check_csrf(again, "")
    with known.office.look(SYSTEM) as desk:
        assert logged.token not in {row.token for row in desk.session.query(AuthSession)}
    sessions.logout(known.office, logged.token)
    with pytest.raises(Unauthenticated):
        sessions.resolve(known.office, logged.token)


def test_a_session_left_alone_and_an_old_one_end(known) -> None:
    logged = sessions.login(known.office, "first", SECRET, "10.0.0.1")
    for _ in range(11):
        known.clock.later(minutes=59)
        sessions.resolve(known.office, logged.token)
    known.clock.later(hours=2)
    with pytest.raises(Unauthenticated):
        sessions.resolve(known.office, logged.token)
    idle = sessions.login(known.office, "first", SECRET, "10.0.0.1")
    known.clock.later(hours=2, minutes=1)
    with pytest.raises(Unauthenticated):
        sessions.resolve(known.office, idle.token)


def test_wrong_names_and_passwords_get_the_same_words_and_are_slowed_down(known) -> None:
    words = set()
    for name in ("first", "nobody"):
        for _ in range(throttle.PER_NAME):
            with pytest.raises(Unauthenticated) as told:
                sessions.login(known.office, name, "wrong password", "10.0.0.2")
            words.add(str(told.value))
    assert len(words) == 1
    with pytest.raises(Throttled) as held:
        sessions.login(known.office, "first", SECRET, "10.0.0.3")
    assert 0 < held.value.after <= 901
    sessions.login(known.office, "second", SECRET, "10.0.0.2")
    known.clock.later(minutes=16)
    sessions.login(known.office, "first", SECRET, "10.0.0.3")
    with known.office.look(SYSTEM) as desk:
        assert audit.verify(desk.session) > 10


def test_a_closed_account_is_out_at_once(known) -> None:
    logged = sessions.login(known.office, "first", SECRET, "10.0.0.1")
    with known.office.desk(known["administrator"]) as desk:
        accounts.edit(desk, known["first"].id, active=False)
    with pytest.raises(Unauthenticated):
        sessions.resolve(known.office, logged.token)
    with pytest.raises(Unauthenticated):
        sessions.login(known.office, "first", SECRET, "10.0.0.1")
    with known.office.desk(known["administrator"]) as desk, pytest.raises(StateConflict):
        accounts.edit(desk, known["administrator"].id, active=False)


def test_a_key_may_no_more_than_its_scopes_and_its_account(staff) -> None:
    with staff.office.desk(staff["registrar"]) as desk:
        made = keys.create(desk, "公文系统", ["filings:read"])
    actor = keys.resolve(staff.office, made.token)
    assert allowed(actor, "filing.read") and not allowed(actor, "filing.register")
    assert not allowed(actor, "account.manage") and not allowed(actor, "key.manage")
    with staff.office.look(actor) as desk, pytest.raises(Forbidden):
        filings.edit(desk, 1, filings.Edit(title="x"))
    with staff.office.look(SYSTEM) as desk:
        assert desk.session.query(ApiKey).one().hash != made.token
    with staff.office.desk(staff["first"]) as desk, pytest.raises(NotFound):
        keys.revoke(desk, made.id)
    with staff.office.desk(staff["registrar"]) as desk:
        keys.revoke(desk, made.id)
    with pytest.raises(Unauthenticated):
        keys.resolve(staff.office, made.token)


def test_a_key_expires(staff) -> None:
    with staff.office.desk(staff["registrar"]) as desk:
        made = keys.create(desk, "短期", ["filings:read"], days=1)
    staff.clock.later(days=1, seconds=1)
    with pytest.raises(Unauthenticated):
        keys.resolve(staff.office, made.token)


def test_the_table_of_permissions_names_only_what_exists() -> None:
    table = permissions()
    assert all(grant.roles <= set(table.roles) for grant in table.actions.values())
    assert {scope for grant in table.actions.values() for scope in grant.scopes} == set(table.scopes)
    assert table.own <= set(table.roles)


def test_only_submitters_are_kept_to_their_organ(staff) -> None:
    assert {name for name, actor in staff.actors.items() if restricted(actor)} == {"submitter", "stranger"}


def test_an_account_needs_a_role_and_a_submitter_an_organ(staff) -> None:
    for new in (
        accounts.NewAccount("a", ("first",)),
        accounts.NewAccount("abc", ()),
        accounts.NewAccount("abc", ("king",)),
        accounts.NewAccount("abc", ("submitter",)),
        accounts.NewAccount("abc", ("first",), organ_id=99),
    ):
        with staff.office.desk(SYSTEM) as desk, pytest.raises(BadArgument):
            accounts.add(desk, new)


def meddled(staff, trigger: str, statement: str) -> None:
    """Change the audit log behind the program's back: a trigger of the database is in the way."""
    with staff.office.database.engine.begin() as connection:
        if staff.office.database.is_sqlite:
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        else:
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
        connection.execute(text(statement))


def test_a_changed_line_of_the_audit_log_shows(staff) -> None:
    meddled(staff, "audit_entry_kept", "UPDATE audit_entry SET actor = 'somebody' WHERE seq = 3")
    with staff.office.look(SYSTEM) as desk, pytest.raises(AuditBroken, match="3"):
        audit.verify(desk.session)


def test_a_cut_end_of_the_audit_log_shows(staff) -> None:
    last = "SELECT max(seq) FROM audit_entry"
    meddled(staff, "audit_entry_not_removed", f"DELETE FROM audit_entry WHERE seq = ({last})")
    with staff.office.look(SYSTEM) as desk, pytest.raises(AuditBroken, match="缺失"):
        audit.verify(desk.session)
